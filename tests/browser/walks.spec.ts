// Each element from its first control to its last, without a mouse and without sight. The titles of the steps are the walk; docs/walks.md is written from them.
import { expect, test } from './glasshouse_page.ts';
import * as features from './features_page.ts';
import * as induction from './induction_page.ts';
import * as othello from './othello_page.ts';
import * as superposition from './superposition_page.ts';
import { Walk } from './walk.ts';

// One after the other: all of them write the same page.
test.describe.configure({ mode: 'default' });
test.use({ contextOptions: { reducedMotion: 'reduce' } });
test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu', 'the same on every backend'));

test('walk through glass-induction', async ({ page, models }) => {
  const element = await induction.mount(page, induction.tiny(models));
  const walk = await Walk.before(page, element, 'glass-induction');
  await walk.part('Type a text', async () => {
    await walk.tab('Attention heads of a small transformer on your own text: which of them are induction heads, and what one of them does for the prediction., region. Examples, group. A name, repeated, button, not pressed');
    await walk.tab('Type or paste any text, edit, the tin the tin and the');
    await walk.type('the tin the tin and', 'Type or paste any text, edit, the tin the tin and');
    await walk.told('Head 0.1 looks from d most at he (35 %). After d the model expects ‹0011› (2.9 %); the one-layer twin 2.9 %.');
  });
  await walk.part('Go through its tokens, and keep one', async () => {
    await walk.tab('The text, token by token, group. Tokens of the text, model of two layers, list box. d, given 0.8 %, option, selected');
    await walk.press('Home', 'BOS, the beginning of the text, option');
    await walk.press('ArrowRight ×3', '␣t, given < 0.1 %, option');
    await walk.press('Enter', '␣t, given < 0.1 %, option, selected');
    await walk.told('Head 0.1 looks from ␣t most at he (72 %). After ␣t the model expects c (3.0 %); the one-layer twin 3.0 %.');
    await walk.tab('Tokens as a table, disclosure, collapsed');
    await walk.press('Enter', 'Tokens as a table, disclosure, expanded');
    await walk.tab('Tokens, group');
  });
  await walk.part('Choose a head, and see where it looks', async () => {
    await walk.tab('Where does each head look?, region. Layer 0, group. Head 0.0, button, not pressed');
    await walk.tab('Head 1.2, button, not pressed');
    await walk.press('Enter', 'Head 1.2, button, pressed');
    await walk.told('Head 1.2 looks from ␣t most at ␣t (65 %). After ␣t the model expects c (3.0 %); the one-layer twin 3.0 %.');
    await walk.tab('Attention pattern of head 1.2; rows are queries, columns are keys, grid. From ␣t, token 3, to ␣t, token 3: 65 %, cell, selected, row 4, column 4');
    await walk.press('ArrowLeft', 'From ␣t, token 3, to he, token 2: 7.3 %, cell, selected, row 4, column 3');
    await walk.press('ArrowUp', 'From he, token 2, to he, token 2: 25 %, cell, row 3, column 3');
  });
  await walk.part('Switch it off, and hear the effect beside its control', async () => {
    await walk.tab('Head 1.2, radio group. on, radio button, checked');
    await walk.press('ArrowRight', 'off (zero), radio button, checked');
    await walk.told('Head 1.2 looks from ␣t most at ␣t (65 %). After ␣t the model expects c (3.0 %); with 1.2 switched off it gives that token 2.9 %; the one-layer twin 3.0 %. Switching off 1.2 changes the mean log-probability of repeated tokens by −0.22 nats (control, 1.1 instead: −0.07).');
    await walk.tab('Another random control, button');
    await walk.press('Enter', 'Another random control, button');
    await walk.told('Head 1.2 looks from ␣t most at ␣t (65 %). After ␣t the model expects c (3.0 %); with 1.2 switched off it gives that token 2.9 %; the one-layer twin 3.0 %. Switching off 1.2 changes the mean log-probability of repeated tokens by −0.22 nats (control, 1.3 instead: +0.51).');
    await walk.tab('All heads on, button');
    await walk.press('Enter', 'Head 1.2, radio group. on, radio button, checked');
    await walk.told('Head 1.2 looks from ␣t most at ␣t (65 %). After ␣t the model expects c (3.0 %); the one-layer twin 3.0 %.');
    await walk.tab('Every head beside its controls, region. Scores of every head, group');
    await walk.tab('Head 0.0, combo box, collapsed, on');
  });
  await walk.part('Predict, and read on', async () => {
    await walk.tab('Lesson, region. much less likely, button, not pressed');
    await walk.press('Enter', 'much less likely, button, pressed');
    await walk.told('You said: much less likely. The model says: about as likely: −0.18 nats on average, and −0.01 in the control. Perhaps another head does the same work: switch off several.');
    await walk.tab('What you should see, disclosure, collapsed');
    await walk.press('Enter', 'What you should see, disclosure, expanded');
  });
  await walk.part('Take it along', async () => {
    await walk.tab('Take it with you, group. Share, button, collapsed');
    await walk.press('Enter', 'Share, button, expanded');
    await walk.tab('Embed, button, collapsed');
    await walk.tab('Download, button, collapsed');
    await walk.press('Enter', 'Download, button, expanded');
    await walk.tab('Copy as Python, button, collapsed');
    await walk.tab('All numbers (JSON), button');
    await walk.tab('Picture (PNG), button');
    await walk.leave();
  });
  await expect(element).toHaveAttribute('layer', '1');
  await walk.isWritten();
});

test('walk through glass-superposition', async ({ page }) => {
  const element = await superposition.mount(page, { batch: '64', instances: '1', steps: '300' });
  const walk = await Walk.before(page, element, 'glass-superposition');
  await walk.part('Choose what to train', async () => {
    await walk.tab('Toy models that store more features than they have dimensions, trained live in this tab: the geometry, the sweep over sparsity, the phase diagram and the interference., region. View, group. Geometry, button, pressed');
    await walk.tab('Presets, group. Pentagon, button, pressed');
    await walk.tab('Antipodal pairs, button, not pressed');
    await walk.press('Enter', 'Antipodal pairs, button, pressed');
    await walk.told('Model 2 of 8 after 5,000 steps: 2 antipodal pairs; 4 of 4 features stored in 2 dimensions, loss 0.00114. Of 8 seeds: 8 × 2 antipodal pairs.');
    await walk.tab('Density p = 1 − S, slider, 0.1, sparsity 0.9');
    await walk.press('ArrowLeft ×2', 'Density p = 1 − S, slider, 0.0794, sparsity 0.921');
    await walk.told('Model 2 of 8 after 5,000 steps: 2 antipodal pairs; 4 of 4 features stored in 2 dimensions, loss 7.81e-4. Of 8 seeds: 8 × 2 antipodal pairs.');
    await walk.tab('Seeds, number field, 8');
    await walk.type('2', 'Seeds, number field, 2');
    await walk.press('Enter', 'Seeds, number field, 2');
    await walk.told('Model 2 of 2 after 5,000 steps: 2 antipodal pairs; 4 of 4 features stored in 2 dimensions, loss 7.81e-4. Of 2 seeds: 2 × 2 antipodal pairs.');
    await walk.tab('More settings, disclosure, collapsed');
    await walk.press('Enter', 'More settings, disclosure, expanded');
    await walk.tab('Steps, number field, 5000');
    await walk.type('400', 'Steps, number field, 400');
    await walk.press('Enter', 'Steps, number field, 400');
  });
  await walk.part('Begin anew; one step, then many', async () => {
    await walk.tab('Reset, button');
    await walk.press('Enter', '▶ Train, button');
    await walk.told('Model 1 of 2 after 0 steps: irregular group of 3 + 1 dropped; 3 of 4 features stored in 2 dimensions, loss 0.0129. Of 2 seeds: 2 × irregular group of 3 + 1 dropped.');
    await walk.tab('One step, button');
    await walk.press('Enter', 'One step, button');
    await walk.told('Model 1 of 2 after 1 step: irregular group of 3 + 1 dropped; 3 of 4 features stored in 2 dimensions, loss 0.0128. Of 2 seeds: 2 × irregular group of 3 + 1 dropped.');
    await walk.back('▶ Go on, button');
    await walk.press('Enter', '▶ Train on, button');
    await walk.told('Model 1 of 2 after 400 steps: irregular group of 4; 4 of 4 features stored in 2 dimensions, loss 0.00381. Of 2 seeds: 2 × irregular group of 4.');
  });
  await walk.part('See what became of it', async () => {
    await walk.tab('Every feature of the large model, group');
    await walk.tab('Models; choose one to see it large, group. Model 1: irregular group of 4 seed 1 · 0.00381, button, pressed');
    await walk.tab('Model 2: irregular group of 4 seed 2 · 0.0136, button, not pressed');
    await walk.press('Enter', 'Model 2: irregular group of 4 seed 2 · 0.0136, button, pressed');
    await walk.told('Model 2 of 2 after 400 steps: irregular group of 4; 4 of 4 features stored in 2 dimensions, loss 0.0136. Of 2 seeds: 2 × irregular group of 4.');
    await walk.tab('All features as a table, disclosure, collapsed');
    await walk.press('Enter', 'All features as a table, disclosure, expanded');
    await walk.tab('Features of model 2, group');
    await walk.press('Shift+Tab', 'All features as a table, disclosure, expanded');
    await walk.press('Enter', 'All features as a table, disclosure, collapsed');
  });
  await walk.part('Predict, and read on', async () => {
    await walk.tab('Lesson, region. 2, button, not pressed');
    await walk.press('Enter', '2, button, pressed');
    await walk.told('You said: 2. The models say: 3. (The middle one of 2 seeds; from 3 to 3.)');
    await walk.tab('What you should see, disclosure, collapsed');
    await walk.press('Enter', 'What you should see, disclosure, expanded');
  });
  await walk.part('Take it along', async () => {
    await walk.tab('Take it with you, group. Share, button, collapsed');
    await walk.press('Enter', 'Share, button, expanded');
    await walk.tab('Embed, button, collapsed');
    await walk.tab('Download, button, collapsed');
    await walk.tab('Copy as Python, button, collapsed');
    await walk.tab('Opens exactly this state, with its seed and trained as far: the models are trained again there and give the same numbers., edit, https://…/bare.html#v=1&widget=glass-superposition&view=geom…');
    await walk.tab('Copy link, button');
    await walk.leave();
  });
  await walk.isWritten();
});

test('walk through the phase diagram of glass-superposition', async ({ page }) => {
  const element = await superposition.mount(page, { view: 'phase', grid: '8', batch: '128', steps: '400', hide: 'lesson' });
  const walk = await Walk.before(page, element, 'glass-superposition, the phase diagram');
  await walk.part('Train all models', async () => {
    await walk.tab('Toy models that store more features than they have dimensions, trained live in this tab: the geometry, the sweep over sparsity, the phase diagram and the interference., region. View, group. Geometry, button, not pressed');
    await walk.tab('Phase diagram, button, pressed');
    await walk.tab('▶ Train, button');
    await walk.press('Enter', '▶ Train on, button');
    await walk.told('After 400 steps the last feature is dropped in 13 %, dedicated in 13 % and superposed in 75 % of 64 models. 100 % of the cells away from the boundary agree with the best model, 100 % of all.');
  });
  await walk.part('Walk over the cells, and open one', async () => {
    await walk.tab('One model per cell: columns are densities, rows are importances. Enter opens the model., grid. density 0.072, importance 1.39, seed 37: superposed; best: superposed, cell, row 4, column 5');
    await walk.press('Home', 'density 1, importance 1.39, seed 33: dedicated; best: dedicated, cell, row 4, column 1');
    await walk.press('ArrowDown ×4', 'density 1, importance 0.1, seed 1: dropped; best: dropped, cell, row 8, column 1');
    await walk.press('End', 'density 0.01, importance 0.1, seed 8: superposed; best: superposed, cell, row 8, column 8');
    await walk.press('Enter', 'Every feature of the large model, group');
    await walk.told('Model 1 of 1 after 400 steps: antipodal pair; 2 of 2 features stored in 1 dimension, loss 9.89e-7.');
  });
  await expect(element).toHaveAttribute('view', 'geometry');
  await walk.isWritten();
});

test('walk through the interference of glass-superposition', async ({ page }) => {
  const element = await superposition.mount(page, { batch: '64', instances: '2', steps: '400', seed: '3' });
  const walk = await Walk.before(page, element, 'glass-superposition, the interference');
  await walk.part('Train a model, and look at its interference', async () => {
    await walk.tab('▶ Train, button');
    await walk.press('Enter', '▶ Train on, button');
    await walk.told('Model 1 of 2 after 400 steps: 2 unequal pairs + 1 dropped; 4 of 5 features stored in 2 dimensions, loss 0.00357. Of 2 seeds: 1 × 2 unequal pairs + 1 dropped, 1 × irregular group of 5.');
    await walk.back('View, group. Interference, button, not pressed');
    await walk.press('Enter', 'Interference, button, pressed');
    await walk.told('On: feature 1 1.00. What comes back: feature 1 1.01, feature 2 0.11, feature 4 0.01, feature 5 0.24; from the untrained model: feature 1 0.94, feature 4 0.55, feature 5 0.32. Model 1 of 2 after 400 steps: 2 unequal pairs + 1 dropped; 4 of 5 features stored in 2 dimensions, loss 0.00357.');
  });
  await walk.part('Switch features on, and hear what comes back', async () => {
    await walk.tab('Features of the input, group. Feature 1, switch, on');
    await walk.tab('Feature 2, switch, off');
    await walk.press('Enter', 'Feature 2, switch, on');
    await walk.told('On: feature 1 1.00, feature 2 1.00. What comes back: feature 1 1.11, feature 2 0.57, feature 5 0.24; from the untrained model: feature 1 0.89, feature 4 0.33, feature 5 0.29. Model 1 of 2 after 400 steps: 2 unequal pairs + 1 dropped; 4 of 5 features stored in 2 dimensions, loss 0.00357.');
    await walk.tab('Value of feature 2, slider, 1');
    await walk.press('ArrowLeft ×5', 'Value of feature 2, slider, 0.75');
    await walk.told('On: feature 1 1.00, feature 2 0.75. What comes back: feature 1 1.08, feature 2 0.45, feature 5 0.24; from the untrained model: feature 1 0.90, feature 4 0.38, feature 5 0.30. Model 1 of 2 after 400 steps: 2 unequal pairs + 1 dropped; 4 of 5 features stored in 2 dimensions, loss 0.00357.');
    await walk.tab('None, button');
    await walk.press('Enter', 'None, button');
    await walk.told('On: none. What comes back: feature 2 0.01, feature 3 0.01, feature 5 0.02; from the untrained model: none. Model 1 of 2 after 400 steps: 2 unequal pairs + 1 dropped; 4 of 5 features stored in 2 dimensions, loss 0.00357.');
    await walk.tab('The numbers as a table, disclosure, collapsed');
    await walk.press('Enter', 'The numbers as a table, disclosure, expanded');
    await walk.tab('Interference, group');
  });
  await walk.part('Predict, and read on', async () => {
    await walk.tab('Lesson, region. worse, button, not pressed');
    await walk.press('Enter', 'worse, button, pressed');
    await walk.toldJust([
      'You said: worse. The models say: worse. Alone it comes back as 1.01, together with feature 2 as 1.11; it should be 1.',
      'On: feature 1 1.00, feature 2 1.00. What comes back: feature 1 1.11, feature 2 0.57, feature 5 0.24; from the untrained model: feature 1 0.89, feature 4 0.33, feature 5 0.29. Model 1 of 2 after 400 steps: 2 unequal pairs + 1 dropped; 4 of 5 features stored in 2 dimensions, loss 0.00357.',
    ]);
    await walk.tab('What you should see, disclosure, collapsed');
    await walk.press('Enter', 'What you should see, disclosure, expanded');
  });
  await expect(element).toHaveAttribute('on', '1,2');
  await walk.isWritten();
});

test('walk through the sweep of glass-superposition', async ({ page }) => {
  const element = await superposition.mount(page, { view: 'sweep', density: '1,0.2,0.05', instances: '6', batch: '64', steps: '400' });
  const walk = await Walk.before(page, element, 'glass-superposition, the sweep over sparsity');
  await walk.part('Predict, and let the models answer', async () => {
    await walk.tab('Toy models that store more features than they have dimensions, trained live in this tab: the geometry, the sweep over sparsity, the phase diagram and the interference., region. View, group. Geometry, button, not pressed');
    await walk.tab('Sweep, button, pressed');
    await walk.tab('▶ Train, button');
    await walk.tab('Lesson, region. a whole one, button, not pressed');
    await walk.press('Enter', 'a whole one, button, pressed');
    await walk.told('You said: a whole one. The models say: about half of one. D* is 0.53 where a feature is on in one sample of 20.');
    await walk.told('Dimensions per feature D* by 1/(1 − S), after 400 steps: 1: 0.672, 5: 0.54, 20: 0.53.');
  });
  await walk.part('Go through the models, and open one', async () => {
    await walk.back('Model, combo box, collapsed, p 0.05, seed 1');
    await walk.press('ArrowUp', 'Model, combo box, collapsed, p 0.2, seed 1');
    await walk.told('p 0.2, seed 1: irregular group of 4 + 1 dropped; D* 0.629, loss 0.0208. Dimensions per feature D* by 1/(1 − S), after 400 steps: 1: 0.672, 5: 0.54, 20: 0.53.');
    await walk.tab('The sweep as a table, disclosure, collapsed');
    await walk.press('Enter', 'The sweep as a table, disclosure, expanded');
    await walk.tab('Sweep, group');
    await walk.back('Open it in geometry, button');
    await walk.press('Enter', 'Every feature of the large model, group');
    await walk.told('Model 1 of 1 after 400 steps: irregular group of 4 + 1 dropped; 4 of 5 features stored in 2 dimensions, loss 0.0208.');
  });
  await expect(element).toHaveAttribute('view', 'geometry');
  await walk.isWritten();
});

test('walk through glass-othello', async ({ page, models }) => {
  const element = await othello.mount(page, { ...othello.folders(models), transcript: '' });
  const walk = await Walk.before(page, element, 'glass-othello');
  await walk.part('Play', async () => {
    await walk.tab('Othello-GPT: play a game, read the board out of the network, and change its mind., region. Positions, group. Middle game, button, not pressed, Most discs have been turned at least once: who played a square no longer says who owns it.');
    await walk.tab('Transcript, edit');
    await walk.tab('Play this transcript, button');
    await walk.tab('The game and the network, region. The game: play with Enter, take back with Backspace, grid. d3, empty, legal, cell, row 3, column 4');
    await walk.press('ArrowRight ×2', 'f3, empty, cell, row 3, column 6');
    await walk.press('ArrowDown ×2', 'f5, empty, legal, cell, row 5, column 6');
    await walk.press('Enter', 'f5, black, cell, row 5, column 6');
    await walk.told('White to move. From layer 2 of the network, 16 of 64 squares are read right in mine/theirs; in black/white 22, from an untrained network 24, from the bag of moves alone 32. The network puts 3.4 % on legal moves and 97 % on others (untrained 16 % on legal ones); it expects b8 (9.8 %, illegal).');
    await walk.press('ArrowLeft ×2', 'd5, black, cell, row 5, column 4');
    await walk.press('ArrowDown', 'd6, empty, legal, expected 0.7 %, cell, row 6, column 4');
    await walk.press('Enter', 'd6, white, cell, row 6, column 4');
    await walk.told('Black to move. From layer 2 of the network, 21 of 64 squares are read right in mine/theirs; in black/white 18, from an untrained network 28, from the bag of moves alone 28. The network puts 14 % on legal moves and 86 % on others (untrained 5.8 % on legal ones); it expects h2 (13 %, illegal).');
    await walk.press('Home', 'a6, empty, expected 1.6 %, cell, row 6, column 1');
    await walk.press('Enter', 'a6, empty, expected 1.6 %, cell, row 6, column 1');
    await walk.told('a6: black is to move and would turn no disc there.');
  });
  await walk.part('Take moves back', async () => {
    await walk.press('Backspace', 'a6, empty, expected 1.4 %, cell, row 6, column 1');
    await walk.told('White to move. From layer 2 of the network, 16 of 64 squares are read right in mine/theirs; in black/white 22, from an untrained network 24, from the bag of moves alone 32. The network puts 3.4 % on legal moves and 97 % on others (untrained 16 % on legal ones); it expects b8 (9.8 %, illegal).');
    await walk.tab('Move, slider, after move 1 of 1');
    await walk.tab('Undo, button');
    await walk.press('Enter', 'Move, slider, after move 0 of 0');
    await walk.told('Black to move. No move has been played: the network has nothing to read yet.');
  });
  await walk.part('Paste a game', async () => {
    await walk.back('Transcript, edit');
    await walk.type('f5d6c3d3c4f4', 'Transcript, edit, f5d6c3d3c4f4');
    await walk.press('Enter', 'Transcript, edit, f5d6c3d3c4f4');
    await walk.told('Black to move. From layer 2 of the network, 30 of 64 squares are read right in mine/theirs; in black/white 22, from an untrained network 18, from the bag of moves alone 26. The network puts 13 % on legal moves and 87 % on others (untrained 22 % on legal ones); it expects h6 (8.3 %, illegal).');
  });
  await walk.part('Read the board out of the network', async () => {
    await walk.tab('The board as read from layer 2: Enter changes the network’s mind about a square, grid. a6: empty 43 %, mine (black) 32 %, theirs (white) 25 %, cell, row 6, column 1');
    await walk.press('ArrowRight', 'b6: empty 7.9 %, mine (black) 89 %, theirs (white) 3.0 %, cell, row 6, column 2');
    await walk.tab('Layer, slider, layer 2');
    await walk.press('ArrowLeft', 'Layer, slider, layer 1');
    await walk.told('Black to move. From layer 1 of the network, 34 of 64 squares are read right in mine/theirs; in black/white 22, from an untrained network 19, from the bag of moves alone 26. The network puts 13 % on legal moves and 87 % on others (untrained 22 % on legal ones); it expects h6 (8.3 %, illegal).');
    await walk.tab('Frame, radio group. mine/theirs, radio button, checked');
    await walk.press('ArrowRight', 'black/white, radio button, checked');
    await walk.told('Black to move. From layer 1 of the network, 22 of 64 squares are read right in black/white; in mine/theirs 34, from an untrained network 21, from the bag of moves alone 29. The network puts 13 % on legal moves and 87 % on others (untrained 22 % on legal ones); it expects h6 (8.3 %, illegal).');
    await walk.press('ArrowLeft', 'mine/theirs, radio button, checked');
    await walk.tab('The boards as a table, disclosure, collapsed');
    await walk.press('Enter', 'The boards as a table, disclosure, expanded');
  });
  await walk.part('Change its mind', async () => {
    await walk.tab('Change its mind, region. Try one: flip d3, button');
    await walk.press('Enter', 'Change of d3, combo box, collapsed, flipped');
    await walk.told('Black to move. From layer 1 of the network, 34 of 64 squares are read right in mine/theirs; in black/white 22, from an untrained network 19, from the bag of moves alone 26. The network puts 13 % on legal moves and 87 % on others (untrained 22 % on legal ones); it expects h6 (8.3 %, illegal). With d3 flipped at layer 1, the moves that the network expects have 12 errors against the changed board; without the change 12 errors; with a random direction 12 errors; with another square 12 errors.');
    await walk.tab('Take back the change of d3, button');
    await walk.press('Enter', 'Try one: flip d3, button');
    await walk.told('Black to move. From layer 1 of the network, 34 of 64 squares are read right in mine/theirs; in black/white 22, from an untrained network 19, from the bag of moves alone 26. The network puts 13 % on legal moves and 87 % on others (untrained 22 % on legal ones); it expects h6 (8.3 %, illegal).');
    await walk.tab('At layers, group. 0, button, not pressed');
    await walk.tab('strength 0.20, slider, 0.2');
    await walk.press('ArrowRight', 'strength 0.21, slider, 0.21');
  });
  await walk.part('Fit a probe, and hear how it goes', async () => {
    await walk.tab('Fit a probe yourself, region. Fit at layer 1, mine/theirs, button');
    await walk.press('Enter', 'Stop, button');
    await walk.toldJust([
      'A probe is fitted at layer 1, mine/theirs; first, 120 games are played.',
      'Step 80 of 300, layer 1, mine/theirs, on 24 held-out games: this network 57 %, shuffled labels 57 %, untrained network 56 %.',
      'Step 150 of 300, layer 1, mine/theirs, on 24 held-out games: this network 57 %, shuffled labels 57 %, untrained network 56 %.',
      'Step 230 of 300, layer 1, mine/theirs, on 24 held-out games: this network 58 %, shuffled labels 57 %, untrained network 56 %.',
      'The fit is done. Step 300 of 300, layer 1, mine/theirs, on 24 held-out games: this network 57 %, shuffled labels 57 %, untrained network 56 %.',
    ]);
    await walk.tab('The fit as a table, disclosure, collapsed');
    await walk.back('Fit at layer 1, mine/theirs, button');
  });
  await walk.part('Predict, and read on', async () => {
    await walk.tab('Lesson, region. fewer than 40, button, not pressed');
    await walk.press('Enter', 'fewer than 40, button, pressed');
    await walk.told('You said: fewer than 40. It is fewer than 40: 22 of 64.');
    await walk.tab('What you should see, disclosure, collapsed');
    await walk.press('Enter', 'What you should see, disclosure, expanded');
  });
  await walk.part('Take it along', async () => {
    await walk.tab('Take it with you, group. Share, button, collapsed');
    await walk.tab('Embed, button, collapsed');
    await walk.press('Enter', 'Embed, button, expanded');
    await walk.tab('Download, button, collapsed');
    await walk.tab('Copy as Python, button, collapsed');
    await walk.tab('How it is embedded, group. Height in px, number field');
    await walk.tab('Two lines for any page:, edit, <script type="module" src="https://…/v1/glasshouse.js"></scr…');
    await walk.tab('Or as a frame, where scripts are not allowed:, edit, <iframe src="https://…/embed.html?widget=glass-othello#v=1&a…');
    await walk.tab('Copy frame, button');
    await walk.leave();
  });
  await walk.isWritten();
});

test('walk through glass-features', async ({ page }) => {
  const element = await features.mount(page, { text: 'Once upon a time there was a king', seed: '1' });
  const walk = await Walk.before(page, element, 'glass-features');
  await walk.part('Type a text', async () => {
    await walk.tab('Features: a sparse dictionary takes a small language model’s activations apart. Type, pick a feature, push it., region. Examples, group. A story, button, not pressed');
    await walk.tab('Your text, edit, Once upon a time there was a king');
    await walk.type('The fox and the rabbit', 'Your text, edit, The fox and the rabbit');
    await walk.tab('Dictionary, radio group. 4 features per neuron, radio button, checked');
  });
  await walk.part('Go through its tokens, and open a feature', async () => {
    await walk.tab('Features under each token, region. Tokens, coloured by feature 412, list box. it , feature 412 3; strongest 412 896 641, option, selected');
    await walk.press('Home', 'BOS , the beginning of the text, feature 412 1.2; strongest 31 314 587, option');
    await walk.press('ArrowRight ×2', '␣fo , feature 412 silent; strongest 99 582 297, option');
    await walk.press('Enter', 'Tokens, coloured by feature 99, list box. ␣fo , feature 99 1.4; strongest 99 582 297, option, selected');
    await walk.tab('Features at the token, group. 99 1.4, button, pressed');
    await walk.tab('582 1.3, button, not pressed');
    await walk.press('Enter', '582 1.3, button, pressed');
    await walk.told('At “␣fo” 9 of 1,024 features fire (15.0 a token in this text). Feature 582 is at 1.3 there and fires on 1 of 10 tokens. It fires on 3.0 % of held-out tokens (precomputed). It promotes “hen”, “here”, “ith”, “ide” and suppresses “ation”, “oy”, “qu”, “act”. With feature 582 held at 15, the next-token distribution moves by 1.47 nats, no more than random directions do (mean 1.44, 95 % below 3.22, 50 directions of the same length). Unsteered loss 3.19 nats a token; at 30 it is 5.57 with the feature and 5.93 with a random direction.');
    await walk.tab('Feature 582, region. Number, number field, 582');
    await walk.tab('Histogram as a table, disclosure, collapsed');
    await walk.tab('364 cos 0.51, button');
  });
  await walk.part('Push it', async () => {
    await walk.tab('Touch it, region. What is done to the feature, radio group. hold at, radio button, checked');
    await walk.press('ArrowRight', 'times, radio button, checked');
    await walk.tab('Amount ×0, slider, 0');
    await walk.press('ArrowRight ×3', 'Amount ×0.3, slider, 0.3');
    await walk.told('At “␣fo” 9 of 1,024 features fire (15.0 a token in this text). Feature 582 is at 1.3 there and fires on 1 of 10 tokens. It fires on 3.0 % of held-out tokens (precomputed). It promotes “hen”, “here”, “ith”, “ide” and suppresses “ation”, “oy”, “qu”, “act”. With feature 582 times 0.3, the next-token distribution moves by 0.00 nats, no more than random directions do (mean 0.00, 95 % below 0.00, 50 directions of the same length). Unsteered loss 3.19 nats a token; at ×6 it is 3.19 with the feature and 3.20 with a random direction.');
    await walk.tab('Sample again, button');
  });
  await walk.part('Search', async () => {
    await walk.tab('Search features by a token, region. Token, edit');
    await walk.type(' the', 'Token, edit, the');
    await walk.press('Enter', 'Token, edit, the');
    await walk.told('Features and the: promoting it 10, peaking at it 10, firing on it here 5.');
    await walk.tab('Search, button');
    await walk.tab('46 +0.90, button, not pressed');
  });
  await walk.part('Doubt it', async () => {
    await walk.tab('Is it real?, region. Fetch the other two (a few megabytes), button');
    await walk.press('Enter', 'Card A is the trained one, button');
    await walk.press('Enter', 'Is it real?, region');
    await walk.told('You said Card A. It is Card B.');
  });
  await walk.part('Train one', async () => {
    await walk.tab('Train one yourself, region. Open the workbench, button');
    await walk.press('Enter', 'What it is trained on, radio group. held-out passages, radio button, checked');
    await walk.press('ArrowLeft', 'a toy with known features, radio button, checked');
    await walk.tab('Architecture, radio group. TopK, radio button, checked');
    await walk.tab('Train, button');
    await walk.press('Enter', 'Pause, button');
    await walk.toldJust([
      'Training begins on a toy with known features.',
      'Step 750: L0 1.0, explained variance 98 % on 2048 held-out rows (random rows 79 % at L0 1.0, principal components at equal L0 54 %), 0.0 % of 5 features dead. Mean largest cosine with the true features 0.999 (random rows 0.663).',
      'Step 1500: L0 1.0, explained variance 98 % on 2048 held-out rows (random rows 79 % at L0 1.0, principal components at equal L0 54 %), 0.0 % of 5 features dead. Mean largest cosine with the true features 1.000 (random rows 0.663).',
      'Step 2250: L0 1.0, explained variance 98 % on 2048 held-out rows (random rows 79 % at L0 1.0, principal components at equal L0 54 %), 0.0 % of 5 features dead. Mean largest cosine with the true features 1.000 (random rows 0.663).',
      'Training is done. Step 3000: L0 1.0, explained variance 98 % on 2048 held-out rows (random rows 79 % at L0 1.0, principal components at equal L0 54 %), 0.0 % of 5 features dead. Mean largest cosine with the true features 1.000 (random rows 0.663).',
    ]);
    await walk.tab('k 1, slider, 1');
    await walk.tab('Begin anew, button');
    await walk.tab('Training as a table, disclosure, collapsed');
  });
  await walk.part('Read on, and take it along', async () => {
    await walk.tab('Lesson, region. What you should see, disclosure, collapsed');
    await walk.press('Enter', 'What you should see, disclosure, expanded');
    await walk.tab('Take it with you, group. Share, button, collapsed');
    await walk.press('Enter', 'Share, button, expanded');
    await walk.tab('Copy as Python, button, collapsed');
    await walk.tab('Opens exactly this state, with its text and seed. The text stays in the link; it is not sent to a server., edit, https://…/bare.html#v=1&widget=glass-features&text=The+fox+a…');
    await walk.tab('Copy link, button');
    await walk.leave();
  });
  await walk.isWritten();
});
