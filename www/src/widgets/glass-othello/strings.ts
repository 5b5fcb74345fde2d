/** Longer words of the element. */
import { t } from '../../words/words.ts';

export const words = {
  about: t`Othello-GPT: play a game, read the board out of the network, and change its mind.`,
  worth: t`A number is worth what stands above its controls. Black/white: the same layer, asked for colours. Untrained: the same network before training, with probes fitted to it. Bag of moves: who played which square, the last move and the ply, in a linear fit without any network; many discs are never turned, so this alone is right surprisingly often.`,
  missing: t`The rules need no network: you can play on here. What the network expects and believes is missing until its folder can be read.`,
} as const;
