import { css } from 'lit';

export const styles = css`
  .part { padding: 1rem 1.25rem; display: grid; gap: 0.7rem; grid-template-columns: minmax(0, 1fr); border-top: 1px solid var(--line); }
  .controls { background: var(--panel); border-top: 0; }
  .typed { flex: 1 1 14rem; }
  .failure { padding: 0 1.25rem 1rem; background: var(--panel); }
  .failure button { margin-inline-start: 0.5rem; }
  .frame > .veil { min-height: 70rem; align-content: start; }
  .headline { padding: 0.9rem 1.25rem; font-size: 1.0625rem; font-weight: 600; border-top: 1px solid var(--line); min-height: 4.2em; text-wrap: pretty; }
  /* A model's tokens, and signs before their numbers, stay as they are where words run from right to left. */
  .strip, .passage, blockquote, .effects td { direction: ltr; }
  span.number { direction: ltr; unicode-bidi: isolate; }
  .head { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; align-items: baseline; justify-content: space-between; }
  .legend { display: inline-flex; align-items: center; gap: 0.4rem; font-size: 0.75rem; color: var(--soft); }
  .legend .ramp { width: 5rem; height: 0.7rem; border-radius: 2px; border: 1px solid var(--edge); }
  .strip { font-family: var(--mono); font-size: 0.8125rem; display: flex; flex-wrap: wrap; gap: 0.5rem 2px; max-height: 26rem; overflow: auto; padding: 4px; }
  .cell { position: relative; display: inline-grid; justify-items: start; align-content: start; cursor: pointer; border-radius: 3px; }
  .token { padding: 0.16rem 0.22rem; border-radius: 3px; max-width: 16rem; overflow: hidden; white-space: pre; line-height: 1.35; }
  .token.bare { box-shadow: inset 0 0 0 1px var(--line); }
  .cell[aria-selected='true'] .token { outline: 2px solid var(--accent); outline-offset: 1px; }
  .under { font-size: 0.625rem; line-height: 1.35; color: var(--soft); padding-inline: 0.15rem; border-radius: 2px; }
  .under:hover { color: var(--accent); text-decoration: underline; }
  .under.chosen { background: var(--accent); color: var(--accent-ink); }
  .chip { display: inline-flex; gap: 0.35rem; align-items: baseline; padding: 0.1rem 0.5rem; min-height: 1.75rem; border-radius: 1rem; font-size: 0.8125rem; font-weight: 600; line-height: 1.5;
    background: linear-gradient(var(--bar), var(--bar)) no-repeat 0 0 / calc(100% * var(--share, 0)) 100% var(--paper); }
  .chip .number { font-weight: 400; }
  p .chip { margin-block: 0.15rem; }
  .neuron { display: inline-block; margin-inline-end: 0.5rem; white-space: nowrap; }
  .columns { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 1rem 1.5rem; }
  .pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem 2rem; }
  .column { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.5rem; align-content: start; }
  .both { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem; }
  .chart { display: grid; gap: 0.4rem; align-content: start; grid-template-columns: minmax(0, 1fr); }
  .chart svg { width: 100%; max-width: 40rem; height: auto; }
  .passages { list-style: none; display: grid; gap: 0.2rem; font-size: 0.75rem; }
  .passages li { display: grid; grid-template-columns: minmax(0, 1fr) 2.6rem; gap: 0.5rem; align-items: baseline; }
  .passages .number { text-align: end; }
  .passage { display: grid; grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr); white-space: pre; }
  .passage .before { overflow: hidden; direction: rtl; text-align: end; display: flex; justify-content: flex-start; }
  .passage .before bdi { direction: ltr; unicode-bidi: isolate; }
  .passage .after { overflow: hidden; }
  .passage .peak { font-weight: 400; outline: 1px solid var(--edge); }
  .effects, .next { width: 100%; table-layout: fixed; }
  .effects caption, .next caption { padding: 0 0 0.2rem; font-weight: 600; }
  .effects th, .effects td, .next th, .next td { padding: 0.12rem 0.3rem; font-weight: 400; border: 0; }
  .effects th, .next th { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: 0.75rem; }
  .effects td, .next td { width: 4.2rem; text-align: end; }
  .next td:only-child { width: auto; }
  .effects tr { background: linear-gradient(var(--tone), var(--tone)) no-repeat 0 50% / calc(100% * var(--share, 0)) calc(100% - 3px); }
  .plus { --tone: light-dark(#c4dcf6, #24456b); }
  .minus { --tone: light-dark(#f6cfd0, #6b2a2e); }
  .next tr { background: linear-gradient(var(--bar), var(--bar)) no-repeat 0 50% / calc(100% * var(--share, 0)) calc(100% - 4px); }
  blockquote { margin: 0; padding: 0.4rem 0.6rem; background: var(--panel); border-radius: var(--radius); font-size: 0.8125rem; min-height: 7.5em; white-space: pre-wrap; overflow-wrap: anywhere; }
  .steering { min-height: 3em; }
  .waiting { min-height: 14rem; }
  .slider { flex: 1 1 12rem; }
  .slider input { flex: 1; min-width: 6rem; }
  input[type='range'] { accent-color: var(--accent); min-width: 4rem; }
  input[type='number'] { width: 6rem; padding: 0.25rem 0.5rem; }
  .finds { display: grid; grid-template-columns: 13rem minmax(0, 1fr); gap: 0.5rem 1rem; align-items: baseline; }
  .finds dt .soft { display: block; }
  .plane svg { max-width: 16rem; }
  th.number { white-space: normal; }
  .warn { color: var(--warn); }
  .tight { gap: 0.3rem; }
  .tall { max-height: 20rem; margin-top: 0.4rem; }
  .lesson ul { margin: 0.3rem 0 0.6rem; padding-inline-start: 1.2rem; display: grid; gap: 0.4rem; max-width: 46rem; }
  .numerics { max-width: 60rem; min-height: 3em; }

  @container glass (max-width: 52rem) {
    .columns, .pair { grid-template-columns: minmax(0, 1fr); }
    .waiting { min-height: 8rem; }
  }
  @container glass (max-width: 36rem) {
    .part, .foot, .veil, .headline { padding-inline: 0.8rem; }
    .finds { grid-template-columns: minmax(0, 1fr); gap: 0.2rem; }
    .numerics { min-height: 7.5em; }
  }
`;
