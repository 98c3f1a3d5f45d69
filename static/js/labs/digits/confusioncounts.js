/** What a table of right and wrong answers says: shares, the worst pair, and which examples stand behind a number. */

/** @typedef {readonly [number, number]} Cell the class it was, and the class it was read as */

/** @typedef {{ predicted: ArrayLike<number>, true: ArrayLike<number>, outputs: ArrayLike<number> }} Answers of all examples, in order */

/** The confusion matrix and what follows from it. @param {Answers} answers @param {number} classes */
export function tally(answers, classes) {
  const rows = counted(answers, classes);
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

/** How many examples of class i were read as class j: rows[i][j]. @param {Answers} answers @param {number} classes */
function counted({ predicted, true: was }, classes) {
  const rows = Array.from({ length: classes }, () => Array(classes).fill(0));
  for (let index = 0; index < predicted.length; index += 1) {
    const row = rows[was[index]];
    if (row && predicted[index] < classes) row[predicted[index]] += 1;
  }
  return rows;
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
