import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeText, detectEncoding, MAX_BYTES, readTextFile } from "../../../static/js/data/textfile.js";

const SAMPLE = "x1;x2;class\n1,5;−2;é\n";

/** @param {string} text @param {boolean} little @param {boolean} mark */
function utf16(text, little, mark) {
  const units = [...(mark ? "\uFEFF" : ""), ...text].map((char) => char.charCodeAt(0));
  return Uint8Array.from(units.flatMap((unit) => (little ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255])));
}

/** @param {Uint8Array} bytes @param {string} name */
const file = (bytes, name = "points.csv") => ({
  name,
  size: bytes.length,
  arrayBuffer: async () => bytes.slice().buffer,
});

for (const little of [true, false]) {
  for (const mark of [true, false]) {
    test(`UTF-16 ${little ? "little" : "big"}-endian ${mark ? "with" : "without"} a byte order mark is read`, () => {
      const bytes = utf16(SAMPLE, little, mark);
      assert.equal(detectEncoding(bytes), little ? "utf-16le" : "utf-16be");
      assert.equal(decodeText(bytes), SAMPLE);
    });
  }
}

test("UTF-8 is read, and its byte order mark dropped", () => {
  assert.equal(decodeText(new TextEncoder().encode(`\uFEFF${SAMPLE}`)), SAMPLE);
  assert.equal(decodeText(new TextEncoder().encode(SAMPLE)), SAMPLE);
});

test("what is not UTF-8 is read as Windows-1252", () => {
  assert.equal(decodeText(Uint8Array.of(0x31, 0x3b, 0x63, 0x61, 0x66, 0xe9)), "1;café");
});

test("a few NUL bytes in a UTF-8 file do not make it UTF-16", () => {
  const bytes = new TextEncoder().encode("1,2,a\n\0\0\0\n3,4,b\n");
  assert.equal(detectEncoding(bytes), "utf-8");
  assert.equal(decodeText(bytes), "1,2,a\n\0\0\0\n3,4,b\n");
});

test("nothing but NUL bytes is no UTF-16 either", () => {
  assert.equal(detectEncoding(new Uint8Array(64)), "utf-8");
});

test("an empty file is an empty text", async () => {
  assert.deepEqual(await readTextFile(file(new Uint8Array())), { text: "" });
});

test("a file of more than 5 MB is refused before it is read", async () => {
  const large = {
    name: "huge.csv",
    size: MAX_BYTES + 200_000,
    arrayBuffer: () => assert.fail("must not be read"),
  };
  assert.deepEqual(await readTextFile(large), {
    error: "huge.csv has 5.2 MB. A file may have up to 5 MB: keep the first rows and choose it again.",
  });
});

test("a file that vanished is said to be unreadable", async () => {
  const gone = { name: "gone.csv", size: 5, arrayBuffer: () => Promise.reject(new Error("NotFoundError")) };
  assert.deepEqual(await readTextFile(gone), {
    error: "gone.csv could not be read. Choose it again, or paste its text.",
  });
});

test("lines end as in a text area, whatever system wrote them", async () => {
  const lines = "1,2,a\n3,4,b\n\n5,6,c\n";
  for (const end of ["\r\n", "\r", "\n"]) {
    const bytes = new TextEncoder().encode(lines.replaceAll("\n", end));
    assert.deepEqual(await readTextFile(file(bytes)), { text: lines }, JSON.stringify(end));
  }
});
