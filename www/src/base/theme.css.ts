import { css } from 'lit';

/**
 * One set of colours for light and dark. `light-dark()` follows the page: an element turns dark where the page says
 * `color-scheme: dark` or `light dark`, or where its own `theme` says so. Pages may set the `--glass-…` properties.
 */
export const theme = css`
  :host {
    --paper: var(--glass-paper, light-dark(#ffffff, #15181d));
    --panel: var(--glass-panel, light-dark(#f5f6f8, #1d2127));
    --ink: var(--glass-ink, light-dark(#1b1e23, #e8eaee));
    --soft: var(--glass-soft, light-dark(#555c66, #a9b1bc));
    --line: var(--glass-line, light-dark(#dadee4, #343a43));
    --edge: var(--glass-edge, light-dark(#858d98, #747d89));
    --accent: var(--glass-accent, light-dark(#0a56a8, #84bdff));
    --accent-ink: light-dark(#ffffff, #0d1a2a);
    --accent-soft: light-dark(#e6f0fb, #1b2d44);
    --bar: light-dark(#c4dcf6, #24456b);
    --from: light-dark(#b34a00, #ffa24d);
    --to: light-dark(#626a75, #9aa4b1);
    --warn: light-dark(#9a2f00, #ffb38a);
    --radius: 6px;
    --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
    --sans: var(--glass-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif);
    display: block;
  }
  /* Inside, where no rule of the page reaches; what would be inherited of its resets is set back. */
  .frame {
    color: var(--ink);
    background: var(--paper);
    font: 400 0.9375rem/1.5 var(--sans);
    text-align: start;
    letter-spacing: normal;
    text-transform: none;
    white-space: normal;
  }
  :host([theme='light']) { color-scheme: light; }
  :host([theme='dark']) { color-scheme: dark; }
  :host([hidden]) { display: none; }
  *, *::before, *::after { box-sizing: border-box; }
`;
