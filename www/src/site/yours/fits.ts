/** Which widgets a model fits, and why not: each reason names what the widget needs and what the folder has. */
import type { AttachedSae, Model, ModelConfig } from '../../api/glasshouse.d.ts';
import { repeatedRandomIds } from '../../widgets/glass-induction/settings.ts';
import { RANDOM_COUNT } from '../../widgets/glass-induction/examples.ts';
import { t } from '../../words/words.ts';

/** A model as this page knows it. */
export interface LoadedFolder {
  readonly name: string;
  readonly url: string;
  readonly model: Pick<Model, 'config' | 'hooks' | 'parameters' | 'backend'>;
  readonly readsText: boolean;
}

/** An SAE beside a model; `refusal` is the engine's sentence where it was made for another one. */
export interface TriedSae {
  readonly name: string;
  readonly url: string;
  readonly attached: Pick<AttachedSae, 'config' | 'hook'> | null;
  readonly refusal: string;
}

export interface Offer {
  readonly tag: 'glass-induction' | 'glass-features' | 'glass-othello';
  readonly title: string;
  /** Null where the widget cannot be used with it. */
  readonly attributes: Readonly<Record<string, string>> | null;
  readonly reason: string;
}

/** Fewer positions leave no room for anything to come again. */
const LEAST_POSITIONS = 8;

export function offers(folder: LoadedFolder, sae: TriedSae | null): Offer[] {
  const of = (tag: Offer['tag'], title: string, reason: string, attributes: Record<string, string>): Offer =>
    ({ tag, title, reason, attributes: reason === '' ? { model: folder.url, ...attributes } : null });
  const { config } = folder.model;
  return [
    of('glass-induction', t`Attention and induction heads`, noInduction(folder), folder.readsText ? {} : { tokens: randomIds(config) }),
    of('glass-features', t`Features of the SAE`, noFeatures(folder, sae), sae ? { sae: sae.url } : {}),
    of('glass-othello', t`Othello boards`, t`It reads boards by probes that were fitted to its own model (models/othello-probes); “${folder.name}” is another network, and probes do not carry over.`, {}),
  ];
}

function noInduction({ name, model: { config } }: LoadedFolder): string {
  if (config['attention_dir'] === 'bidirectional') {
    return t`It shows heads that look back and what they expect next; in “${name}” every token sees those after it too (attention_dir is bidirectional).`;
  }
  return config.n_ctx < LEAST_POSITIONS ? t`It needs a text in which something comes again, at least ${LEAST_POSITIONS} tokens; “${name}” reads ${config.n_ctx} (n_ctx).` : '';
}

function noFeatures({ name, readsText, model }: LoadedFolder, sae: TriedSae | null): string {
  if (!readsText) return t`It takes a text apart; the folder “${name}” has no tokenizer.json to make tokens of one.`;
  if (!sae) return t`It needs a sparse autoencoder; “${name}” came without one. Add an SAELens folder that was trained at one of its ${model.hooks.length} hooks.`;
  return sae.attached ? '' : sae.refusal;
}

/** What a model without a tokenizer reads: random tokens, and the same ones again. */
function randomIds(config: ModelConfig): string {
  const count = Math.min(RANDOM_COUNT, Math.floor((config.n_ctx - 1) / 2), config.d_vocab - 1);
  return repeatedRandomIds(1, count, config).join(' ');
}
