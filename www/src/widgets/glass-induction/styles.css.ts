import { css } from 'lit';

export const styles = css`
  .part { padding: 1rem 1.25rem; display: grid; gap: 0.6rem; }
  .part, .pattern, .side, .block, .foot, .panel { grid-template-columns: minmax(0, 1fr); }
  .part + .part, .parts > * + *, .stage { border-top: 1px solid var(--line); }
  .controls { background: var(--panel); }
  .typed textarea { font: 0.9375rem/1.5 var(--mono); resize: vertical; min-height: 5.5rem; display: block; }
  .note { min-height: 1.5em; }
  .failure { padding: 0 1.25rem 1rem; background: var(--panel); }
  .failure button { margin-inline-start: 0.5rem; }

  /* The parts keep their height while they are empty, so nothing below them moves when the model comes. */
  .stage { position: relative; }
  .stage > .veil { position: absolute; inset: 0 0 auto 0; z-index: 3; background: var(--paper); }
  .parts[data-empty] { visibility: hidden; }

  .head { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; align-items: baseline; justify-content: space-between; }
  .legend { display: inline-flex; align-items: center; gap: 0.4rem; font-size: 0.75rem; color: var(--soft); }
  /* Drawings, and the model's tokens, run from left to right in every language. */
  .strip, .axes, .legend, .tops { direction: ltr; }
  .legend .ramp { width: 6rem; height: 0.7rem; border-radius: 2px; border: 1px solid var(--edge); }

  .strips { height: 15rem; display: grid; align-content: start; gap: 0.7rem; padding: 2px; }
  .line { display: grid; grid-template-columns: 11.75rem minmax(0, 1fr); gap: 0.25rem 1rem; align-items: start; }
  .who { line-height: 1.4; font-size: 0.875rem; }
  .who b { display: block; }
  .over { position: relative; }
  .strip { position: relative; line-height: 1.7; font-family: var(--mono); font-size: 0.8125rem; }
  .token { padding: 0.16rem 0.22rem; margin-inline-end: 1px; border-radius: 3px; display: inline-block; max-width: 100%; overflow: hidden; white-space: pre; line-height: 1.35; vertical-align: middle; }
  .strip[role='listbox'] { line-height: 2.1; margin-top: -0.3rem; }
  .token.bare { border: 1px solid var(--edge); color: var(--soft); font-size: 0.7rem; padding: 0.12rem 0.3rem; }
  .token[role='option'] { cursor: pointer; }
  .token[aria-selected='true'] { box-shadow: 0 0 0 2px var(--paper), 0 0 0 4px var(--accent); z-index: 1; position: relative; }
  .token.pointed { box-shadow: 0 0 0 2px var(--from); }
  svg.lines { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; pointer-events: none; z-index: 2; }
  svg.lines path { fill: none; stroke-linecap: round; }
  svg.lines .from { stroke: var(--from); }
  svg.lines .to { stroke: var(--to); stroke-dasharray: 4 3; }

  .layers { display: grid; gap: 0.5rem 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, calc(var(--columns) * 5.6rem + 4rem)), 1fr)); }
  .layer { display: grid; grid-template-columns: minmax(3.6rem, max-content) minmax(0, 1fr); gap: 0.25rem 0.5rem; align-items: start; }
  .layer-name { padding-top: 0.5rem; }
  .thumbs { display: grid; grid-template-columns: repeat(var(--columns), minmax(0, 7.6rem)); gap: 0.4rem; }
  .thumb { display: grid; gap: 1px; justify-items: center; padding: 0.3rem; min-height: 0; background: none; border-color: transparent; }
  .thumb canvas { width: 100%; height: auto; aspect-ratio: 1; image-rendering: pixelated; border-radius: 2px; background: light-dark(#eceef1, #262b33); }
  .thumb .name { font-variant-numeric: tabular-nums; font-weight: 600; font-size: 0.8125rem; }
  .thumb .kind { font-size: 0.6875rem; line-height: 1.2; color: var(--accent); }
  .thumb:hover { border-color: var(--edge); }
  .thumb[aria-pressed='true'] { background: var(--accent-soft); border-color: var(--accent); color: inherit; }
  .thumb.off canvas { opacity: 0.25; }
  .thumb.off .name { color: var(--warn); }

  .focus { padding: 1rem 1.25rem; display: grid; gap: 1.5rem; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); align-items: start; }
  .pattern { display: grid; gap: 0.5rem; }
  .axes { display: grid; grid-template: auto 4.6rem auto / 1.5rem 5.2rem minmax(0, 1fr); font-size: 0.6875rem; padding-inline-end: 1.8rem; }
  .key-axis { grid-area: 1 / 3; color: var(--soft); font-size: 0.75rem; }
  .query-axis { grid-area: 3 / 1; writing-mode: vertical-rl; color: var(--soft); font-size: 0.75rem; line-height: 1.4; white-space: nowrap; }
  .rows, .columns { position: relative; font-family: var(--mono); color: var(--soft); }
  .rows { grid-area: 3 / 2; }
  .columns { grid-area: 2 / 3; }
  .rows span { position: absolute; right: 0.4rem; top: var(--at); translate: 0 -50%; line-height: 1; white-space: nowrap; }
  .columns span { position: absolute; bottom: 0.3rem; left: var(--at); rotate: -60deg; transform-origin: left center; line-height: 1; white-space: nowrap; }
  .marked { color: var(--ink); font-weight: 700; background: var(--paper); z-index: 1; }
  .field { grid-area: 3 / 3; position: relative; aspect-ratio: 1; cursor: crosshair; background: light-dark(#eef0f3, #20252c); border-radius: 2px; }
  .large { position: absolute; inset: 0; width: 100%; height: 100%; image-rendering: pixelated; }
  .kept { position: absolute; left: 0; outline: 1px solid var(--edge); pointer-events: none; }
  .cell { position: absolute; outline: 2px solid var(--from); outline-offset: 1px; min-width: 3px; min-height: 3px; border-radius: 1px; }
  .cell:focus-visible { outline: 3px solid var(--from); outline-offset: 2px; box-shadow: 0 0 0 6px var(--paper); }
  figcaption { min-height: 3em; }

  .side { display: grid; gap: 1.1rem; align-content: start; min-height: 36rem; }
  .pattern > p { padding: 0.2rem 0; }
  .block { display: grid; gap: 0.5rem; }
  .badge { display: inline-block; font-size: 0.75rem; font-weight: 600; line-height: 1.4; padding: 0 0.5em; border-radius: 1em; background: var(--accent-soft); color: var(--accent); white-space: nowrap; }
  .above { font-weight: 700; }
  .scores { width: 100%; }
  .scores th:first-child, .scores td:first-child { padding-inline-start: 0; }
  .effects { min-height: 8.6rem; align-content: start; }
  .effect { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0.15rem 1rem; max-width: 26rem; }
  .quoted { background: var(--panel); padding: 0 0.3em; border-radius: 3px; }
  .tops { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 0.75rem 1.25rem; }
  .next { width: 100%; table-layout: fixed; }
  .next caption { padding: 0 0 0.2rem; font-weight: 600; }
  .next th, .next td { padding: 0.15rem 0; font-weight: 400; line-height: 1.5; }
  .next th { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: 0.75rem; }
  .next th { padding-inline-start: 0.3rem; }
  .next tr { background: linear-gradient(var(--bar), var(--bar)) no-repeat 0 50% / calc(100% * var(--share, 0)) calc(100% - 4px); }
  .next td { width: 3.8rem; }
  .next td:only-child { width: auto; }
  .next .actual { font-weight: 700; color: var(--accent); }

  .heads-table { height: 22rem; }
  .heads-table thead { position: sticky; top: 0; background: var(--paper); z-index: 1; }
  .heads-table tbody th { position: sticky; inset-inline-start: 0; background: var(--paper); }
  .heads-table .current th { background: var(--accent-soft); }
  .heads-table th, .heads-table td { padding: 0.2rem 0.38rem; vertical-align: middle; }
  .heads-table thead th { vertical-align: bottom; }
  .heads-table .current { background: var(--accent-soft); }
  .heads-table .current .soft { color: var(--ink); }
  .plain { border: 0; background: none; min-height: 1.6rem; padding: 0 0.4rem; font-weight: 650; text-decoration: underline; text-decoration-color: var(--edge); text-underline-offset: 3px; }
  .plain[aria-pressed='true'] { background: none; color: inherit; }
  select { min-height: 1.75rem; padding: 0.1rem 0.3rem; }
  .tall { max-height: 20rem; margin-top: 0.4rem; }

  .lesson { border-top: 1px solid var(--line); }
  .lesson ul { margin: 0.3rem 0 0.6rem; padding-inline-start: 1.2rem; display: grid; gap: 0.4rem; max-width: 46rem; }
  .predict { display: grid; gap: 0.5rem; min-height: 8.2rem; align-content: start; }
  .reveal { min-height: 1.5em; }
  .numerics { max-width: 60rem; min-height: 3em; }
  .twin-line { min-height: 1.5em; }

  @container glass (max-width: 52rem) {
    .focus { grid-template-columns: minmax(0, 1fr); }
    .side { min-height: 35rem; }
    .twin-line { min-height: 3em; }
  }
  @container glass (max-width: 36rem) {
    .part, .focus, .foot, .veil { padding-inline: 0.8rem; }
    .line, .layer { grid-template-columns: minmax(0, 1fr); }
    .layer-name { padding-top: 0; }
    .who { display: flex; flex-wrap: wrap; gap: 0 0.6rem; align-items: baseline; }
    .strips { height: 22rem; }
    .thumbs { grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 0.2rem; }
    .thumb { padding: 0.2rem; }
    .thumb .kind { overflow: hidden; max-width: 100%; text-overflow: ellipsis; }
    .axes { grid-template: auto 3.6rem auto / 1.1rem 3.6rem minmax(0, 1fr); font-size: 0.625rem; }
    .rows span { max-width: 3.3rem; overflow: hidden; }
    .scores th, .scores td { padding-inline: 0.25rem; font-size: 0.75rem; }
    .scores thead th { white-space: normal; }
    .lesson .predict { min-height: 12rem; }
    .side { min-height: 49.5rem; }
    .twin-line { min-height: 4.5em; }
    .numerics { min-height: 7.5em; }
  }
  @media print {
    .strips { height: auto; }
  }
`;
