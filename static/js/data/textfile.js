// From the bytes of a chosen file to its text: byte order marks, UTF-16 without one, UTF-8, and the old Windows code page.

import { inert } from "../core/inert.js";

/** A file may be at most this large. */
export const MAX_BYTES = 5_000_000;

const SAMPLE = 4096;

/** @param {Uint8Array} bytes @param {number[]} mark */
const startsWith = (bytes, mark) => mark.every((value, index) => bytes[index] === value);

/**
 * UTF-16 text of western letters and digits has a zero in every second byte: at odd places when little-endian.
 * @param {Uint8Array} bytes
 * @returns {"utf-16le" | "utf-16be" | null}
 */
function guessUtf16(bytes) {
  const pairs = Math.min(bytes.length, SAMPLE) >> 1;
  let even = 0;
  let odd = 0;
  for (let pair = 0; pair < pairs; pair += 1) {
    if (bytes[2 * pair] === 0) even += 1;
    if (bytes[2 * pair + 1] === 0) odd += 1;
  }
  if (pairs > 0 && odd > 0.6 * pairs && even < 0.2 * pairs) return "utf-16le";
  if (pairs > 0 && even > 0.6 * pairs && odd < 0.2 * pairs) return "utf-16be";
  return null;
}

/**
 * The encoding of a text file, from its first bytes.
 * @param {Uint8Array} bytes
 * @returns {"utf-8" | "utf-16le" | "utf-16be"}
 */
export function detectEncoding(bytes) {
  if (startsWith(bytes, [0xff, 0xfe])) return "utf-16le";
  if (startsWith(bytes, [0xfe, 0xff])) return "utf-16be";
  return guessUtf16(bytes) ?? "utf-8";
}

/**
 * The text of a file. Bytes that are not UTF-8 are read as Windows-1252, which is what old spreadsheets write.
 * A byte order mark is dropped.
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function decodeText(bytes) {
  const encoding = detectEncoding(bytes);
  if (encoding !== "utf-8") return new TextDecoder(encoding).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

/**
 * Reads a chosen or dropped file. A file that is too large is refused before anything of it is read. Lines end as they
 * do in a text area, whatever system wrote them.
 * @param {{name: string, size: number, arrayBuffer(): Promise<ArrayBuffer>}} file
 * @returns {Promise<{text: string} | {error: string}>}
 */
export async function readTextFile(file) {
  if (file.size > MAX_BYTES) {
    return {
      error: `${inert(file.name)} has ${megabytes(file.size)} MB. A file may have up to 5 MB: keep the first rows and choose it again.`,
    };
  }
  try {
    return { text: decodeText(new Uint8Array(await file.arrayBuffer())).replace(/\r\n?/g, "\n") };
  } catch {
    return { error: `${inert(file.name)} could not be read. Choose it again, or paste its text.` };
  }
}
