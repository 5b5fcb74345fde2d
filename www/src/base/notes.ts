/** What every element says about loading, failing and its numbers. */
import { html, nothing, type TemplateResult } from 'lit';
import type { BackendReport, ModelConfig, Progress } from '../api/glasshouse.d.ts';
import { bytes, tiny } from '../marks/numbers.ts';
import type { Failure, Status } from './widget.ts';
import { say, t } from '../words/words.ts';

/** The author's own words, until the first picture stands; `what` is being loaded. */
export function loadingVeil(status: Status, progress: Progress | null, what = t`the model`): TemplateResult {
  const loading = status === 'loading' || status === 'running';
  const { loadedBytes = 0, totalBytes = null } = progress ?? {};
  return html`<div class="veil">
    <slot></slot>
    ${loading
      ? html`<p class="small soft">${!progress ? t`Loading ${what}…` : totalBytes ? t`Loading ${what}: ${bytes(loadedBytes)} of ${bytes(totalBytes)}` : t`Loading ${what}: ${bytes(loadedBytes)}`}</p>
        <progress aria-label=${t`Loading ${what}`} max=${totalBytes ?? 1} .value=${totalBytes ? loadedBytes : 0}></progress>`
      : nothing}
  </div>`;
}

export const failureNote = ({ code, message }: Failure, retry: () => void): TemplateResult => html`
  <div class="failure"><div class="error" role="alert"><b>${t`That did not work.`}</b> <span lang="en">${message}</span> <span class="soft">(${code})</span>
    <button type="button" @click=${retry}>${t`Try again`}</button></div></div>`;

const NORMS: Readonly<Record<string, string>> = {
  LN: t`LayerNorm not folded`, LNPre: t`LayerNorm folded into the weights`, RMS: t`RMSNorm not folded`, RMSPre: t`RMSNorm folded into the weights`,
};

/** Backend, self-check, precision, BOS, LayerNorm: how the numbers came about. */
export function numerics(backend: BackendReport | null, config: ModelConfig | null): TemplateResult {
  if (!config) return computed(null, '');
  const bos = config.bos_token_id === undefined ? t`No BOS token` : config.default_prepend_bos === false ? t`BOS not prepended` : t`BOS prepended`;
  const norm = NORMS[String(config['normalization_type'])] ?? t`no LayerNorm`;
  return computed(backend, `${bos}; ${norm}.`);
}

/** A line does not end inside of "1.0e-4". */
const whole = (value: number): TemplateResult => html`<span class="number">${tiny(value)}</span>`;

/** Backend, self-check, precision, and what else there is to say. */
export function computed(backend: BackendReport | null, more: string): TemplateResult {
  if (!backend) return html`<p class="small soft numerics">${t`Nothing was computed yet.`}</p>`;
  const { kind, adapter, selfCheck } = backend;
  const { ok, maxAbsDiff, tolerance, reason } = selfCheck;
  return html`<p class="small soft numerics">
    ${say`${html`<b>${t`Computed just now in this tab`}</b>`} on ${kind === 'webgpu' ? 'WebGPU' : t`the CPU`}${adapter ? ` (${adapter.replace(/^CPU, /, '')})` : ''}, 32-bit floats.`}
    ${ok
      ? say`Self-check passed: largest difference ${whole(maxAbsDiff)}, allowed ${whole(tolerance)}.`
      : say`Self-check failed: largest difference ${whole(maxAbsDiff)}, allowed ${whole(tolerance)}.`}
    ${reason ? html`<span lang="en">${reason}${/[.!?]$/.test(reason) ? '' : '.'}</span> ` : nothing}${more}
  </p>`;
}
