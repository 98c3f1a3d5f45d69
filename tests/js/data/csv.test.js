import assert from "node:assert/strict";
import { test } from "node:test";
import { detectDelimiter, MAX_ROWS, parseCsv } from "../../../static/js/data/csv.js";
import { decodeText, MAX_BYTES } from "../../../static/js/data/textfile.js";

/** @param {string} text */
const cells = (text) => parseCsv(text).rows.map((row) => row.cells);

test("numbers and a class, separated by commas, without a header", () => {
  const table = parseCsv("0.88, -3.32, orange\n-5.66, 0.39, blue\n-1.85, -0.88, orange");
  assert.equal(table.delimiter, ",");
  assert.equal(table.header, null);
  assert.equal(table.error, null);
  assert.deepEqual(table.rows[1], { line: 2, cells: ["-5.66", "0.39", "blue"] });
  assert.deepEqual(
    table.columns.map(({ name, kind }) => [name, kind]),
    [
      ["Column 1", "number"],
      ["Column 2", "number"],
      ["Column 3", "text"],
    ],
  );
  assert.deepEqual(table.columns[2], { name: "Column 3", kind: "text", unique: ["orange", "blue"], distinct: 2 });
});

test("a header is detected and names the columns", () => {
  const table = parseCsv("petal length,petal width,species\n1.4,0.2,setosa\n4.7,1.4,versicolor\n");
  assert.deepEqual(table.header, ["petal length", "petal width", "species"]);
  assert.deepEqual(
    table.columns.map((column) => column.name),
    table.header,
  );
  assert.deepEqual(
    table.rows.map((row) => row.line),
    [2, 3],
  );
});

test("a first row with a number in it is no header", () => {
  assert.equal(parseCsv("a,b,1\n1,2,3\n4,5,6").header, null);
});

test("a table of words alone has no header", () => {
  assert.equal(parseCsv("a,b\nc,d\ne,f").header, null);
});

for (const [name, delimiter, text] of [
  ["comma", ",", "1.5,2.5,a\n3.5,4.5,b"],
  ["semicolon", ";", "1.5;2.5;a\n3.5;4.5;b"],
  ["tab", "\t", "1.5\t2.5\ta\n3.5\t4.5\tb"],
  ["space", " ", "1.5 2.5 a\n3.5   4.5 b"],
  ["aligned columns", " ", "  1.5    2.5   a\n 3.5    4.5   b"],
  ["semicolon and decimal commas", ";", "1,5;2,5;a\n3,5;4,5;b"],
  ["tab and decimal commas", "\t", "1,5\t2,5\ta\n3,5\t4,5\tb"],
  ["space and decimal commas", " ", "1,5 2,5 a\n3,5 4,5 b"],
  ["comma and blanks", ",", "1.5, 2.5, a\n3.5, 4.5, b"],
  ["a spreadsheet's declaration", ";", "sep=;\n1,5;2,5;a\n3,5;4,5;b"],
]) {
  test(`the delimiter of ${name} is found`, () => {
    const table = parseCsv(/** @type {string} */ (text));
    assert.equal(table.delimiter, delimiter);
    assert.equal(table.rows.length, 2);
    assert.equal(table.problemCount, 0);
    assert.deepEqual(
      table.columns.map((column) => column.kind),
      ["number", "number", "text"],
    );
  });
}

test("a text without any delimiter is one column", () => {
  assert.equal(detectDelimiter("1\n2\n3"), ",");
  assert.equal(parseCsv("1\n2\n3").columns.length, 1);
});

test("decimal commas are read as such only beside another delimiter", () => {
  assert.equal(parseCsv("1,5;2,5;a\n3,5;4,5;b").decimal, ",");
  assert.equal(parseCsv("1,5,a\n3,5,b").decimal, ".");
});

test("quotes follow RFC 4180: delimiters, doubled quotes and line ends inside them", () => {
  assert.deepEqual(cells('1,2,"a, b"\n3,4,"say ""hi"""\n5,6,"two\nlines"\n7,8,plain'), [
    ["1", "2", "a, b"],
    ["3", "4", 'say "hi"'],
    ["5", "6", "two\nlines"],
    ["7", "8", "plain"],
  ]);
});

test("lines are counted through a quoted line end", () => {
  const table = parseCsv('1,2,"two\nlines"\n3,4,b,too many\n5,6,c');
  assert.deepEqual(table.problems, [{ line: 3, reason: "has 4 columns where the others have 3" }]);
});

test("a quote that is not closed costs its own line only", () => {
  const table = parseCsv('1,2,a\n3,4,"b\n5,6,c\n7,8,d');
  assert.deepEqual(table.problems, [{ line: 2, reason: "opens a quote that is not closed" }]);
  assert.deepEqual(
    table.rows.map((row) => row.line),
    [1, 3, 4],
  );
});

test("an open quote before a very long text is not searched for ever", () => {
  const started = performance.now();
  const table = parseCsv(`1,2,a\n${'3,4,"b\n'.repeat(3)}${"5,6,c\n".repeat(100_000)}`);
  assert.ok(performance.now() - started < 3000);
  assert.ok(table.rows.length >= MAX_ROWS - 1);
});

test("a quote inside a cell is an ordinary sign", () => {
  assert.deepEqual(cells('1,2,5" pipe\n3,4,b'), [
    ["1", "2", '5" pipe'],
    ["3", "4", "b"],
  ]);
});

test("CRLF, single CR and a byte order mark", () => {
  const expected = [
    ["1", "2", "a"],
    ["3", "4", "b"],
  ];
  assert.deepEqual(cells("1,2,a\r\n3,4,b\r\n"), expected);
  assert.deepEqual(cells("1,2,a\r3,4,b\r"), expected);
  assert.deepEqual(cells("\uFEFF1,2,a\n3,4,b"), expected);
});

test("comments and blank lines are passed over, and lines keep their numbers", () => {
  const table = parseCsv("# measured in spring\n\n1,2,a\n   \n  # more\n3,4,b\n");
  assert.deepEqual(
    table.rows.map((row) => row.line),
    [3, 6],
  );
  assert.equal(table.problemCount, 0);
});

test("ragged rows: short ones are filled up, long ones are listed", () => {
  const table = parseCsv("1,2,a\n3,4\n5,6,b,c,d\n7\n8,9,c");
  assert.deepEqual(
    table.rows.map((row) => [row.line, ...row.cells]),
    [
      [1, "1", "2", "a"],
      [2, "3", "4", ""],
      [4, "7", "", ""],
      [5, "8", "9", "c"],
    ],
  );
  assert.deepEqual(table.problems, [{ line: 3, reason: "has 5 columns where the others have 3" }]);
});

test("empty cells at the end of a row are not columns", () => {
  const table = parseCsv("1,2,a\n3,4,b,,\n5,6,c");
  assert.equal(table.problemCount, 0);
  assert.deepEqual(table.rows[1]?.cells, ["3", "4", "b"]);
});

test("NUL bytes make a line unreadable, not the text", () => {
  const table = parseCsv("1,2,a\n3,\0,b\n\0\n5,6,c");
  assert.deepEqual(table.problems, [
    { line: 2, reason: "holds characters that are not text" },
    { line: 3, reason: "holds characters that are not text" },
  ]);
  assert.deepEqual(
    table.rows.map((row) => row.line),
    [1, 4],
  );
});

test("a file of NUL bytes alone holds nothing", () => {
  const table = parseCsv(decodeText(new Uint8Array(1000)));
  assert.equal(table.error, "No line can be read.");
  assert.equal(table.problemCount, 1);
});

test("UTF-16 comes through the decoder as an ordinary table", () => {
  const text = "1;2;a\r\n3;4;b\r\n";
  const bytes = new Uint8Array(Uint16Array.from([...text].map((char) => char.charCodeAt(0))).buffer);
  assert.deepEqual(cells(decodeText(bytes)), [
    ["1", "2", "a"],
    ["3", "4", "b"],
  ]);
});

test("a million columns are refused without being read", () => {
  const started = performance.now();
  const table = parseCsv(`${"1,".repeat(1_000_000)}1\n${"2,".repeat(1_000_000)}2`);
  assert.ok(performance.now() - started < 2000);
  assert.equal(
    table.error,
    "Each line has more than 200 columns, which is too many to read. Keep the columns you need.",
  );
  assert.deepEqual(table.problems, [
    { line: 1, reason: "has more than 200 columns" },
    { line: 2, reason: "has more than 200 columns" },
  ]);
});

test("one line of a million columns among good lines is skipped", () => {
  const table = parseCsv(`1,2,a\n${"1,".repeat(1_000_000)}1\n3,4,b`);
  assert.equal(table.error, null);
  assert.deepEqual(table.problems, [{ line: 2, reason: "has more than 200 columns" }]);
  assert.equal(table.rows.length, 2);
});

test("200 columns are read", () => {
  const table = parseCsv(`${"1,".repeat(199)}1\n${"2,".repeat(199)}2`);
  assert.equal(table.columns.length, 200);
  assert.equal(table.error, null);
});

for (const text of ["", " ", "\n\n", "\uFEFF", "\r\n \t\r\n"]) {
  test(`the empty text ${JSON.stringify(text)} says what to do`, () => {
    const table = parseCsv(text);
    assert.equal(table.error, "There is nothing to read yet. Paste a table or choose a file.");
    assert.deepEqual(table.rows, []);
  });
}

test("comments alone are no table", () => {
  assert.equal(parseCsv("# a\n# b").error, "There are only comments and empty lines.");
});

test("a text of more than 5 MB is refused", () => {
  const table = parseCsv("1,2,a\n".repeat(Math.ceil(MAX_BYTES / 6) + 1));
  assert.equal(table.error, "The text has more than 5 MB. Keep the first rows and paste it again.");
});

test("the first 10 000 rows are used, and the others counted", () => {
  const row = "1.5,2.5,a\n";
  assert.equal(parseCsv(row.repeat(MAX_ROWS)).unused, 0);
  const plain = parseCsv(row.repeat(MAX_ROWS + 7));
  assert.deepEqual([plain.rows.length, plain.unused], [MAX_ROWS, 7]);
  const headed = parseCsv(`x,y,class\n${row.repeat(MAX_ROWS + 7)}`);
  assert.deepEqual([headed.rows.length, headed.unused], [MAX_ROWS, 7]);
});

test("problems are counted beyond those that are listed", () => {
  const table = parseCsv(`1,2,a\n3,4,b\n${"\0\n".repeat(3000)}`);
  assert.equal(table.problemCount, 3000);
  assert.equal(table.problems.length, 1000);
});

test("a column with some words in it is still one of numbers", () => {
  const table = parseCsv("1,2,a\nbad,3,b\n4,5,a\n6,,b");
  assert.deepEqual(
    table.columns.map((column) => column.kind),
    ["number", "number", "text"],
  );
});

test("many different values are counted, but only the first eleven kept", () => {
  const [first] = parseCsv(Array.from({ length: 50 }, (_, index) => `${index},1,a`).join("\n")).columns;
  assert.equal(first?.distinct, 50);
  assert.equal(first?.unique.length, 11);
});

test("no text of any kind makes the parser fail", () => {
  let seed = 1;
  const random = (/** @type {number} */ below) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  const alphabet = '01.,;\t "\n\r#-−ab\0\uFEFFé{}<>';
  for (let round = 0; round < 2000; round += 1) {
    const text = Array.from({ length: random(60) }, () => alphabet[random(alphabet.length)]).join("");
    const table = parseCsv(text);
    assert.ok(table.rows.every((row) => row.cells.length === table.columns.length));
    assert.ok(
      table.error !== null || table.rows.length + table.problemCount > 0 || table.header !== null,
      JSON.stringify(text),
    );
  }
});
