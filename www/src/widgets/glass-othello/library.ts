import { t } from '../../words/words.ts';

/** Positions worth a look, each for a reason of its own. The games are random ones, as those that the network learnt from. */
export interface Entry {
  readonly name: string;
  readonly why: string;
  readonly transcript: string;
  /** Undefined is the last. */
  readonly ply?: number;
  readonly frame?: string;
  readonly edits?: string;
}

const LONG = 'f5f6e6f4g6d7c3c5d3g4c6c4e8g7f3c7h4b2g5h3b4f2e7e3g8a4c2c8b5d6a2c1b1h8d1a5h2e2b7a6g3f7g2h5d2b6h7g1h6a1a7d8f1h1b3e1b8a8a3f8';
const PASS = 'd3c3e6d2d1e1b2c1a3a1b4b3d6b5f4e3f3e2a5g5b6b7f5f6c7g3h3c2e7c5h5d7g6e8f2h7g4g2f7h6g7f8a4c4h8a7g1f1a2h4c6b1c8h1b8g8d8a6h2a8';

export const LIBRARY: readonly Entry[] = [
  { name: t`Middle game`, why: t`Most discs have been turned at least once: who played a square no longer says who owns it.`, transcript: LONG, ply: 26 },
  { name: t`Opening`, why: t`An opening that people play. The network learnt from random games alone and has hardly met it.`, transcript: 'f5d6c3d3c4f4c5b3c2' },
  { name: t`First pass`, why: t`After eight moves black cannot move, and white plays again. No token says so: the network has to notice.`, transcript: PASS, ply: 8 },
  { name: t`After the pass`, why: t`From a pass on, odd and even moves no longer tell whose turn it is. Whoever only counted moves has mine and theirs the wrong way round.`, transcript: PASS, ply: 19 },
  { name: t`Endgame`, why: t`Few squares are left and long rows have turned many times: the hardest boards to keep.`, transcript: LONG, ply: 54 },
  { name: t`Black/white fails`, why: t`The same network, the same numbers, asked for colours instead of owners: many squares come out grey and wrong.`, transcript: LONG, ply: 33, frame: 'black-white' },
  { name: t`A changed belief`, why: t`One disc is given to the other side inside the network, and its moves follow. A case picked because it works; below it stands how it goes on average.`, transcript: LONG, ply: 17, edits: 'd3:flip' },
  { name: t`Over in nine moves`, why: t`White has no disc left. There is no legal move, and the network never saw such an end.`, transcript: 'e6f4e3f6g5d6e7f5c5' },
];
