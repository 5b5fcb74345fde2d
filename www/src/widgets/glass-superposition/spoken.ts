/** What a view says for ears: first what the reader has just chosen in it, then the picture. */
import { geometryName } from '../../marks/polytopes.ts';
import { t } from '../../words/words.ts';
import type { GlassSuperposition } from './element.ts';
import { digits, fixed, listed, sentence } from './sentence.ts';
import { report, type Shot } from './view.ts';

/** Smaller values are said to be none. */
const SILENT = 0.005;

const features = (values: Iterable<number>): string =>
  listed([...values].flatMap((value, feature) => (Math.abs(value) < SILENT ? [] : [t`feature ${feature + 1} ${fixed(value, 2)}`]))) || t`none`;

function chosen(el: GlassSuperposition, shot: Shot): string {
  const { effects } = el;
  switch (shot.plan.view) {
    case 'interference': return effects?.on === el.on ? t`On: ${features(el.inputVector)}. What comes back: ${features(effects.after)}; from the untrained model: ${features(effects.untrained.after)}.` : '';
    case 'sweep': {
      if (el.instance === null) return '';
      const { density, seed, geometry, dimensionsPerFeature, loss } = report(shot, el.chosen);
      return `${t`p ${digits(density)}, seed ${seed}`}: ${t`${geometryName(geometry)}; D* ${digits(dimensionsPerFeature)}, loss ${digits(loss)}`}.`;
    }
    case 'geometry': case 'phase': return '';
  }
}

export const spoken = (el: GlassSuperposition, shot: Shot): string => [chosen(el, shot), sentence(shot, el.chosen)].filter((part) => part !== '').join(' ');
