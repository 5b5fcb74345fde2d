/** Longer words of the element. */
export const words = {
  about: 'Othello-GPT: play a game, read the board out of the network, and change its mind.',
  worth: 'A number is worth what stands above its controls. Black/white: the same layer, asked for colours. Untrained: the same network before training, with probes fitted to it. Bag of moves: who played which square, the last move and the ply, in a linear fit without any network; many discs are never turned, so this alone is right surprisingly often.',
  missing: 'The rules need no network: you can play on here. What the network expects and believes is missing until its folder can be read.',
} as const;

export const SHOULD_SEE: readonly string[] = [
  'The network reads nothing but moves such as f5 d6 c3. Yet a straight line through its later layers says of most squares whether they are empty, mine or theirs, and the longer it was trained, the more. From the embedding it cannot.',
  'Ask for black/white instead and more squares go grey and wrong, at every layer: the network keeps the board as the side to move sees it.',
  'The bag of moves (who played each square, the last move, the ply; no network) is right on most squares, because discs are often not turned. Only what lies above it was computed by the network.',
  'Change a square in the middle layers of a well-trained network, and its moves follow the changed board: new legal moves light up and lost ones go dark. A random direction of the same length does less, and in the last layers the change comes too late. Where the errors do not fall below those of random directions, the network does not use what the probe reads.',
];

export const NOT_SHOWN: readonly string[] = [
  'A probe that reads a board does not prove that the network uses it. The changed belief is the better evidence, and it too can push the network where no game leads.',
  'The network learnt random legal games, not good play. Its expectations say what is legal, not what is wise.',
  'The read-outs are of one position. The chart over held-out games says how often they are right.',
  'Shades are the probe’s own probabilities; they are not calibrated against how often it is right.',
];

export const HOW: readonly string[] = [
  'Layer 0 is the embedding; layer L is the residual stream after L blocks (blocks.{L−1}.hook_resid_post), at the last move. A probe is one linear softmax per square over three states, fitted on other games.',
  'A change adds, at the last position and the chosen layers, the unit vector from the probe’s direction of the old state to that of the new one (mine/theirs), times strength × the length of the residual stream there.',
  'Errors: the N likeliest squares against the N legal moves of the changed board; both kinds counted. Random directions have the same length; 95 % is their 95th percentile.',
  'Untrained: the same network before training, with probes of its own. Shuffled: probes fitted to the boards of other games.',
];
