// Sentences that the data panel, the dialog and the drawing bar share.

import { whole } from "../core/format.js";

/** "1 point", "2 points" @param {number} count @param {string} one @param {string} many */
export const counted = (count, one, many = `${one}s`) => `${whole(count)} ${count === 1 ? one : many}`;

/** @param {import("./csv.js").Problem} problem */
export const problemSentence = ({ line, reason }) => `Line ${whole(line)} ${reason}, so it is skipped.`;
