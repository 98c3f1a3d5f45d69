/** What a table of right and wrong answers says: shares, the worst pair, and which examples stand behind a number. */

/** @typedef {readonly [number, number]} Cell the class it was, and the class it was read as */

/**
 * @param {ArrayLike<number>} counts row by row: class i read as class j
 * @param {number} classes
 */
export function tally(counts, classes) {
  const row = (/** @type {number} */ was) => Array.from({ length: classes }, (_, read) => counts[was * classes + read]);
  const rows = Array.from({ length: classes }, (_, was) => row(was));
  const totals = rows.map((cells) => cells.reduce((sum, count) => sum + count, 0));
  const right = rows.map((cells, was) => cells[was]);
  const all = totals.reduce((sum, count) => sum + count, 0);
  return {
    rows,
    totals,
    all,
    /** Of each class, the share that is read rightly; null where there is none of it. */
    shares: totals.map((count, was) => (count ? right[was] / count : null)),
    accuracy: all ? right.reduce((sum, count) => sum + count, 0) / all : null,
    ...worstPair(rows),
  };
}

/** @param {readonly number[][]} rows @returns {{ most: number, worst: Cell | null }} the most frequent mistake */
function worstPair(rows) {
  let most = 0;
  /** @type {Cell | null} */
  let worst = null;
  rows.forEach((cells, was) => {
    cells.forEach((count, read) => {
      if (was === read || count <= most) return;
      most = count;
      worst = [was, read];
    });
  });
  return { most, worst };
}

/** @typedef {{ predicted: ArrayLike<number>, true: ArrayLike<number>, outputs: ArrayLike<number> }} Answers */

/** The examples behind a cell, the surest answers first. @param {Answers} answers @param {Cell} cell @returns {number[]} */
export const behind = (answers, [was, read]) =>
  surest(answers, (index) => answers.true[index] === was && answers.predicted[index] === read);

/** The wrong answers, the surest first. @param {Answers} answers @returns {number[]} */
export const mistakes = (answers) => surest(answers, (index) => answers.true[index] !== answers.predicted[index]);

/** @param {Answers} answers @param {(index: number) => boolean} wanted @returns {number[]} */
function surest({ predicted, outputs }, wanted) {
  /** @type {number[]} */
  const found = [];
  for (let index = 0; index < predicted.length; index += 1) if (wanted(index)) found.push(index);
  return found.sort((a, b) => outputs[b] - outputs[a] || a - b);
}
