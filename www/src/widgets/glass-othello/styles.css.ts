import { css } from 'lit';

export const styles = css`
  .part { padding: 1rem 1.25rem; display: grid; gap: 0.7rem; grid-template-columns: minmax(0, 1fr); border-top: 1px solid var(--line); }
  .controls { background: var(--panel); border-top: 0; }
  .why { min-height: 2.6em; max-width: 60rem; }
  .typed { flex: 1 1 14rem; }
  .failure, .missing { padding: 0 1.25rem 1rem; background: var(--panel); }
  .failure button { margin-inline-start: 0.5rem; }
  .headline { padding: 0.9rem 1.25rem; font-size: 1.0625rem; font-weight: 600; border-top: 1px solid var(--line); min-height: 5.1rem; text-wrap: pretty; }
  /* The boards stand already: loading takes the headline's place, and no more room than it. */
  .headline .veil { padding: 0; gap: 0.1rem; font-weight: 400; }
  .headline slot { display: none; }
  .columns { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 1rem 1.5rem; }
  .column { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.5rem; align-content: start; }
  .column h3 .soft { font-weight: 400; }
  /* Where a title takes two lines, the boards beside it still begin at one height. */
  @container glass (min-width: 46rem) and (max-width: 64rem) { .columns .column > h3 { min-height: 2lh; } }
  figcaption { min-height: 4.5em; }
  .board { position: relative; aspect-ratio: 1; width: 100%; max-width: 30rem; }
  .board svg { display: block; width: 100%; height: 100%; }
  .board.field { cursor: pointer; touch-action: manipulation; }
  .blank { display: grid; place-content: center; text-align: center; padding: 1rem; border: 1px dashed var(--edge); border-radius: var(--radius); }
  .cell { position: absolute; }
  .cell:focus-visible { outline: 3px solid #0a3d91; outline-offset: -2px; box-shadow: inset 0 0 0 6px #fff; border-radius: 0; }
  .steps { min-height: 2.2rem; gap: 0.35rem; }
  .steps input { flex: 1 1 5rem; min-width: 4rem; accent-color: var(--accent); }
  .steps button { padding-inline: 0.5rem; }
  .warn { color: var(--warn); }
  .key.wrong { display: inline-block; width: 0.9em; height: 0.9em; border: 2px solid #9c0059; background: #a9cbb1; vertical-align: -0.1em; }
  .legend { display: inline-flex; align-items: center; gap: 0.4rem; font-size: 0.75rem; color: var(--soft); }
  .legend .ramp { width: 5rem; height: 0.7rem; border-radius: 2px; border: 1px solid var(--edge); }
  .head { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; align-items: baseline; justify-content: space-between; }
  .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr)); gap: 0.8rem 1rem; }
  .worth { display: grid; gap: 0.8rem 2rem; grid-template-columns: minmax(0, 36rem) minmax(14rem, 1fr); align-items: center; }
  .worth .cards { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .card { display: grid; gap: 0.3rem; align-content: start; }
  .card figcaption { min-height: 2.6em; }
  .small-board { max-width: 11rem; }
  .tables { display: grid; gap: 0.2rem; grid-template-columns: minmax(0, 1fr); }
  .tall { max-height: 20rem; margin-top: 0.4rem; }
  .chip { display: inline-flex; gap: 0.25rem; align-items: center; padding: 0.1rem 0.15rem 0.1rem 0.6rem; border-radius: 1rem; background: var(--accent-soft); font-weight: 600; }
  .chip button, .tiny { padding: 0.1rem 0.5rem; min-height: 1.75rem; min-width: 1.75rem; }
  .tight { gap: 0.2rem; }
  .pair { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem 2rem; }
  .chart { display: grid; gap: 0.4rem; align-content: start; grid-template-columns: minmax(0, 1fr); }
  .chart svg { width: 100%; max-width: 40rem; height: auto; }
  .lesson ul { margin: 0.3rem 0 0.6rem; padding-inline-start: 1.2rem; display: grid; gap: 0.4rem; max-width: 46rem; }
  .predict { display: grid; gap: 0.4rem; }
  .reveal { min-height: 1.5em; }
  .numerics { max-width: 60rem; min-height: 3em; }

  @container glass (max-width: 46rem) {
    .columns, .pair, .worth { grid-template-columns: minmax(0, 1fr); }
    figcaption { min-height: 0; }
  }
  @container glass (max-width: 36rem) {
    .part, .foot, .veil, .headline { padding-inline: 0.8rem; }
    .cards { grid-template-columns: repeat(auto-fill, minmax(6.2rem, 1fr)); }
    .numerics { min-height: 7.5em; }
    .headline { min-height: 9.6rem; }
  }
`;
