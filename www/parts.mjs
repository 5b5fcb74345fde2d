// What a reader keeps for the time without a network, and what a single-file page carries: the site in parts.

/** @typedef {{ path: string, bytes: number, sha256: string }} ListedFile */
/** A part names its files by the beginnings of their paths; parts may share files. @typedef {{ name: string, title: string, has: string[] }} Part */

/** @type {readonly Part[]} */
const WIDGETS = [
  { name: 'glass-induction', title: 'Induction heads', has: ['v1/engine_bg', 'v1/tokenizer_bg', 'models/induction-1l/', 'models/induction-2l/'] },
  { name: 'glass-superposition', title: 'Superposition', has: ['v1/toy-engine_bg'] },
  { name: 'glass-othello', title: 'Othello-GPT', has: ['v1/engine_bg', 'models/othello/', 'models/othello-probes/'] },
  {
    name: 'glass-features',
    title: 'Features',
    has: [
      'v1/engine_bg', 'v1/tokenizer_bg', 'v1/toy-engine_bg',
      'models/stories/', 'models/stories-sae-x4/', 'models/stories-sae-random/', 'models/stories-sae-untrained/',
    ],
  },
];

/** What the folders of models that no widget needs from the start are called. @type {Readonly<Record<string, string>>} */
const FOLDERS = {
  'models/stories-sae-x16/': 'Features: the larger dictionary',
  'models/othello-sae/': 'A dictionary of Othello-GPT',
};

/** Small enough to go with the pages: cards and configs. */
const WITH_THE_PAGES = /^models\/(README\.md|[^/]+\/(README\.md|config\.json|cfg\.json|accuracy\.json|interventions\.json|evaluation\.json|curves\.json))$/;
const isLarge = (/** @type {string} */ path) => /^v1\/.*\.wasm$/.test(path) || (path.startsWith('models/') && !WITH_THE_PAGES.test(path));

/**
 * The parts of a site: its pages with all their code, each widget's engine and models, and every other model on its own.
 * @param {readonly ListedFile[]} files
 * @returns {{ name: string, title: string, files: string[] }[]}
 */
export function partsOf(files) {
  const large = files.map(({ path }) => path).filter(isLarge);
  const widgets = WIDGETS.map(({ name, title, has }) => ({ name, title, files: large.filter((path) => has.some((beginning) => path.startsWith(beginning))) }));
  const claimed = new Set(widgets.flatMap((part) => part.files));
  const unclaimed = large.filter((path) => !claimed.has(path));
  const folders = new Set(unclaimed.map((path) => path.slice(0, path.lastIndexOf('/') + 1)));
  return [
    { name: 'site', title: 'The pages', files: files.map(({ path }) => path).filter((path) => !isLarge(path)) },
    ...widgets,
    ...[...folders].map((folder) => ({ name: folder, title: FOLDERS[folder] ?? folder, files: unclaimed.filter((path) => path.startsWith(folder)) })),
  ];
}
