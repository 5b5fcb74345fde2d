import { css } from 'lit';

/** Buttons, fields, menus, tables and notes: the same in every element. */
export const frame = css`
  .frame { border: 1px solid var(--line); border-radius: calc(var(--radius) + 4px); container: glass / inline-size; overflow: clip; }
  h3, h4, p, figure, dl, dd, ol, ul { margin: 0; padding: 0; }
  h3 { font-size: 1rem; font-weight: 650; line-height: 1.35; text-wrap: balance; }
  h4 { font-size: 0.875rem; font-weight: 650; }
  .soft { color: var(--soft); }
  .small { font-size: 0.8125rem; }
  .mono { font-family: var(--mono); }
  svg, textarea { direction: ltr; }
  bdi, .mono, textarea { hyphens: none; }
  .number { font-variant-numeric: tabular-nums; white-space: nowrap; }
  .spoken { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

  button, select, input, textarea { font: inherit; color: inherit; }
  button, select {
    min-height: 2rem; padding: 0.25rem 0.7rem; border: 1px solid var(--edge); border-radius: var(--radius);
    background: var(--paper); cursor: pointer; line-height: 1.3;
  }
  button:hover, select:hover { border-color: var(--accent); color: var(--accent); }
  button[aria-pressed='true'], button[aria-expanded='true'], button[aria-checked='true'] {
    background: var(--accent); border-color: var(--accent); color: var(--accent-ink);
  }
  button:disabled { opacity: 1; color: var(--soft); border-color: var(--line); cursor: default; }
  textarea, input[type='text'], input[type='number'] {
    width: 100%; padding: 0.5rem 0.65rem; border: 1px solid var(--edge); border-radius: var(--radius); background: var(--paper);
  }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
  a { color: var(--accent); }

  .row { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
  .segments { display: inline-flex; }
  .segments button { border-radius: 0; margin-inline-start: -1px; }
  .segments button:first-of-type { border-start-start-radius: var(--radius); border-end-start-radius: var(--radius); margin-inline-start: 0; }
  .segments button:last-of-type { border-start-end-radius: var(--radius); border-end-end-radius: var(--radius); }
  .segments button[aria-checked='true'], .segments button:focus-visible { position: relative; z-index: 1; }

  .scroll { overflow: auto; scrollbar-width: thin; }
  table { border-collapse: collapse; font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
  th, td { padding: 0.25rem 0.6rem; text-align: start; vertical-align: baseline; border-top: 1px solid var(--line); }
  thead td { border-top: 0; }
  thead th { border-top: 0; color: var(--soft); font-weight: 600; vertical-align: bottom; }
  caption { text-align: start; color: var(--soft); padding: 0.25rem 0.6rem 0.5rem; }
  td.number, th.number { text-align: end; }

  details > summary { cursor: pointer; font-weight: 600; padding: 0.2rem 0; width: fit-content; }
  details > summary:hover { color: var(--accent); }

  .veil { padding: 1rem 1.25rem; display: grid; gap: 0.6rem; max-width: 44rem; }
  progress { width: min(100%, 20rem); height: 0.5rem; accent-color: var(--accent); }
  .error { border-inline-start: 4px solid var(--warn); background: var(--panel); padding: 0.6rem 0.9rem; border-start-end-radius: var(--radius); border-end-end-radius: var(--radius); }
  .error b { color: var(--warn); }

  .foot { border-top: 1px solid var(--line); background: var(--panel); padding: 0.75rem 1.25rem; display: grid; gap: 0.6rem; }
  .panel { display: grid; gap: 0.6rem; padding: 0.25rem 0 0.4rem; }
  .panel textarea { font: 0.75rem/1.45 var(--mono); white-space: pre; overflow: auto; resize: vertical; }
  .panel label { font-weight: 600; font-size: 0.8125rem; display: grid; gap: 0.3rem; }

  /* Colours are data here: printed whether or not the reader asks for backgrounds, and on paper nothing can be scrolled to. */
  @media print {
    :host { print-color-adjust: exact; }
    .scroll:has(> table) { overflow: visible; }
    .scroll > table { font-size: 0.625rem; }
    .scroll > table select { display: none; }
    .scroll > table :is(th, td) { padding-inline: 0.2rem; }
  }
  @media (prefers-reduced-motion: no-preference) {
    button, select { transition: background-color 0.12s, border-color 0.12s, color 0.12s; }
  }
  @media (forced-colors: active) {
    button[aria-pressed='true'], button[aria-checked='true'] { outline: 2px solid Highlight; }
  }
`;
