/** What the engine calls a model's geometry, in the language of the page: `2 antipodal pairs + 1 dropped`. */
import { t } from '../words/words.ts';

const NAMES: Readonly<Record<string, string>> = {
  dedicated: t`dedicated`, 'antipodal pair': t`antipodal pair`, 'antipodal pairs': t`antipodal pairs`, triangle: t`triangle`, triangles: t`triangles`,
  tetrahedron: t`tetrahedron`, tetrahedra: t`tetrahedra`, pentagon: t`pentagon`, pentagons: t`pentagons`,
  'square antiprism': t`square antiprism`, 'square antiprisms': t`square antiprisms`, 'unequal pair': t`unequal pair`, 'unequal pairs': t`unequal pairs`,
  'irregular group of': t`irregular group of`, 'irregular groups of': t`irregular groups of`, 'partly shared': t`partly shared`, dropped: t`dropped`,
};

/** Numbers stay where they are: before a name, and behind "of". */
export const geometryName = (geometry: string): string =>
  geometry.split(' + ').map((part) => part.replace(/[a-z][a-z ]*[a-z]/, (name) => NAMES[name] ?? name)).join(' + ');
