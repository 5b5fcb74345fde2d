import { css } from 'lit';

export const styles = css`
  .part { padding: 1rem 1.25rem; display: grid; gap: 0.7rem; }
  .part, .block, .foot, .panel, .two > * { grid-template-columns: minmax(0, 1fr); }
  .part + .part, .stage { border-top: 1px solid var(--line); }
  .controls, .player { background: var(--panel); }
  .player { grid-template-columns: auto minmax(12rem, 1fr); align-items: center; gap: 0.5rem 1.25rem; border-top: 0; padding-block: 0.2rem 0.9rem; }
  .controls + .player { border-top: 0; }
  .how-far { display: grid; gap: 0.2rem; }
  .how-far progress { width: 100%; }
  .how-far p { min-height: 3em; }
  .main { min-width: 7rem; background: var(--accent); border-color: var(--accent); color: var(--accent-ink); font-weight: 650; }
  .main:hover { color: var(--accent-ink); border-color: var(--ink); }
  .main:disabled { background: var(--paper); color: var(--soft); border-color: var(--line); }
  .lost, .notice { color: var(--warn); }
  .notice { padding: 0.5rem 1.25rem; background: var(--panel); }
  .notice:empty { display: none; }
  .failure { padding: 0 1.25rem 1rem; background: var(--panel); }
  .failure button { margin-inline-start: 0.5rem; }
  .note { min-height: 1.5em; max-width: 60rem; }
  .views { flex-wrap: wrap; }
  .presets button { font-size: 0.875rem; min-height: 1.85rem; padding: 0.15rem 0.6rem; }

  .fields { display: flex; flex-wrap: wrap; gap: 0.6rem 1rem; align-items: end; }
  .fields.more { padding-top: 0.5rem; }
  .field-label { display: grid; gap: 0.15rem; font-size: 0.8125rem; font-weight: 600; }
  .field-label input[type='number'] { width: 6.2rem; padding: 0.25rem 0.45rem; font-weight: 400; }
  .field-label input[type='text'] { padding: 0.25rem 0.45rem; font-weight: 400; }
  .field-label select { font-weight: 400; }
  .field-label.wide { flex: 1 1 16rem; max-width: 34rem; }
  .field-label.slider output { font-weight: 400; min-width: 8.5rem; }
  .row.tight { flex-wrap: nowrap; }
  input[type='range'] { accent-color: var(--accent); width: 10rem; min-height: 1.9rem; padding: 0; }

  .stage > .veil { min-height: 28rem; align-content: start; }
  .stage > * + * { border-top: 1px solid var(--line); }
  .two { padding: 1rem 1.25rem; display: grid; gap: 1rem 2rem; grid-template-columns: minmax(0, 1.08fr) minmax(0, 1fr); align-items: start; }
  .block { display: grid; gap: 0.6rem; align-content: start; }
  .block-line { display: block; font-weight: 400; }
  figure svg, .side svg, .curve, .chart, .plane, .graph { width: 100%; height: auto; display: block; }
  /* Drawings run from left to right in every language. */
  svg, .phase, .matrix, .turnable, .ramp, .legend { direction: ltr; }
  .plane { margin-inline: auto; }
  .found { font-size: 1.25rem; min-height: 1.6em; }
  .found span { display: inline-block; }
  .found span::first-letter { text-transform: uppercase; }
  .turnable { max-width: 460px; cursor: grab; touch-action: pan-y; margin-inline: auto; width: 100%; }
  .turnable:active { cursor: grabbing; }
  figcaption { max-width: 46rem; }

  .features { max-height: 19rem; }
  .features table { width: 100%; }
  .features thead { position: sticky; top: 0; background: var(--paper); }
  .features th, .features td { padding: 0.2rem 0.45rem; }
  .features thead th { white-space: normal; }
  .features tr.soft th, .features tr.soft td { color: var(--soft); }
  .bar { background: linear-gradient(var(--bar), var(--bar)) no-repeat 0 50% / calc(100% * var(--share, 0)) calc(100% - 4px); }
  .swatch { display: inline-block; width: 0.8em; height: 0.8em; border-radius: 2px; margin-inline-end: 0.4em; vertical-align: -0.05em; }
  .swatch.large { width: 1.1em; height: 1.1em; border: 1px solid var(--edge); }

  .seeds { display: grid; gap: 0.4rem; grid-template-columns: repeat(auto-fill, minmax(8.2rem, 1fr)); }
  .seed { display: grid; gap: 1px; justify-items: center; align-content: start; padding: 0.35rem; background: none; border-color: transparent; text-align: center; }
  .seed svg { width: 100%; max-width: 6.5rem; }
  .seed .kind { font-size: 0.75rem; line-height: 1.25; font-weight: 600; min-height: 2.5em; }
  .seed .small { font-size: 0.6875rem; }
  .seed:hover { border-color: var(--edge); }
  .seed[aria-pressed='true'] { background: var(--accent-soft); border-color: var(--accent); color: inherit; }
  .seed[aria-pressed='true'] .soft { color: var(--ink); }

  .matrix { display: flex; gap: 12px; align-items: end; }
  canvas { display: block; image-rendering: pixelated; }
  .gram { width: 100%; aspect-ratio: 1; border: 1px solid var(--edge); }
  .legend { display: inline-flex; align-items: center; gap: 0.4rem; font-size: 0.75rem; color: var(--soft); }
  .ramp { width: 6rem; height: 0.7rem; border-radius: 2px; border: 1px solid var(--edge); }
  .ramp.signed { background: linear-gradient(to right, #b2182b, #ffffff, #0550a0); }

  .phase { position: relative; max-width: 100%; }
  .phase svg { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; }
  .phase-cells, .phase .grid { position: absolute; }
  .phase-cells { background: var(--panel); }
  .phase .grid { cursor: crosshair; }
  .cell { position: absolute; min-width: 6px; min-height: 6px; }
  .cell[data-shown='true'] { outline: 2px solid #000; box-shadow: 0 0 0 4px #fff; z-index: 2; }
  .outcomes th, .outcomes td, .costs th, .costs td { vertical-align: top; }
  .outcomes, .costs { width: 100%; }
  .outcomes thead th { white-space: normal; }
  .outcomes tbody th, .costs th { font-weight: 600; }
  .stroke { display: inline-block; width: 1.6rem; height: 3px; background: #000; outline: 1px solid #fff; vertical-align: 0.25em; margin-inline-end: 0.3em; }

  .switches { display: grid; gap: 0.3rem 1rem; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); max-height: 18rem; overflow: auto; padding: 3px; }
  .switch { display: grid; grid-template-columns: 5.2rem minmax(0, 1fr) 2.4rem; gap: 0.5rem; align-items: center; }
  .switch button { padding-inline: 0.45rem; min-height: 1.8rem; text-align: start; white-space: nowrap; }
  .switch input { width: 100%; }

  .tall { max-height: 20rem; margin-top: 0.4rem; }
  .lesson { border-top: 1px solid var(--line); }
  .lesson ul { margin: 0.3rem 0 0.6rem; padding-inline-start: 1.2rem; display: grid; gap: 0.4rem; max-width: 46rem; }
  .predict { display: grid; gap: 0.5rem; align-content: start; }
  .reveal { min-height: 1.5em; }
  .numerics { max-width: 60rem; }

  @container glass (max-width: 52rem) {
    .two { grid-template-columns: minmax(0, 1fr); }
    /* Other languages need a third line, and nothing is to move when it comes. */
    .how-far p:not(:lang(en)) { min-height: 4.5em; }
  }
  @container glass (max-width: 36rem) {
    .part, .two, .foot, .veil { padding-inline: 0.8rem; }
    .player { grid-template-columns: minmax(0, 1fr); }
    .seeds { grid-template-columns: repeat(auto-fill, minmax(6.4rem, 1fr)); }
    .field-label.slider, .field-label.slider .row { width: 100%; }
    .field-label.slider input { flex: 1; min-width: 4rem; }
    .field-label.slider output { min-width: 7rem; }
    .features th, .features td, .outcomes th, .outcomes td { padding-inline: 0.25rem; font-size: 0.75rem; }
  }
`;
