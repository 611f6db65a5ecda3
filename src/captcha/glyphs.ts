/**
 * The letter shapes, as pen strokes rather than outlines: several skeletons per character.
 *
 * A skeleton is its strokes, separated by spaces. A stroke is its points, two digits each: x and y
 * on a 10 by 10 grid, y down. `~` before a stroke makes it a smooth curve through its points;
 * without it the points are joined by straight lines.
 *
 * Missing on purpose is one of every two that were mistaken for each other in blind readings, among
 * them X and T, X and Y, A and H, L and U, C and E, P and A, J and 3: few and distinct letters bear
 * more disguise than many.
 */
export const SKELETONS: Readonly<Record<string, readonly string[]>> = {
  A: ['095099 2676', '095099 1686', '095099 1787'],
  E: ['90000999 1474', '90101999 2585', '90000999 1494'],
  L: ['000999', '101999', '200999'],
  M: ['0910 1047 4780 8099', '0009 0056 5690 9099', '0009 ~0321425559 ~5371929599'],
  S: ['~905011134486884909', '~8030022475976919', '~91602002247597793909'],
  X: ['0099 9009', '1089 9019', '~00345699 9009'],
  2: ['~0230709284 840999', '~124070838566 660999', '~013071836655 550999'],
  3: ['~014081745444 ~5485976908', '009044 ~5584978908', '~1140718254 ~548597692917'],
  6: ['~813104062979968554260708', '~702104062979968554260708'],
  9: ['~93602003256593 9096794928', '~93602003256593 ~92967928', '~93602003256593 9259'],
};

/** The letters whose strokes need more room than the others'. */
export const BROAD = 'M';
export const BROAD_BY = 1.25;
