import assert from "node:assert/strict";
import { test } from "node:test";
import { buildPoints, chooseColumns } from "../../../static/js/data/columns.js";
import { parseCsv } from "../../../static/js/data/csv.js";

/** @param {string} text @param {object} [choice] */
function read(text, choice = {}) {
  const table = parseCsv(text);
  return buildPoints(table, { ...chooseColumns(table), ...choice });
}

test("the last column of words is the class, the first two of numbers are x₁ and x₂", () => {
  const table = parseCsv("id,name,weight,height,kind\n1,rex,5.5,3,dog\n2,tom,4,2,cat\n3,fay,6,2.5,dog");
  assert.deepEqual(chooseColumns(table), { x1: 0, x2: 2, label: 4, labelKind: "class" });
});

test("a column called class is the label wherever it stands", () => {
  const table = parseCsv("class,a,b,note\n1,2.5,3,x\n2,3.5,4,y\n1,4.5,5,z");
  assert.deepEqual(chooseColumns(table), { x1: 1, x2: 2, label: 0, labelKind: "class" });
});

test("a last column of a few whole numbers is a class, of many numbers a number", () => {
  assert.deepEqual(chooseColumns(parseCsv("1.5,2,0\n2.5,3,1\n3.5,4,1")), {
    x1: 0,
    x2: 1,
    label: 2,
    labelKind: "class",
  });
  assert.equal(chooseColumns(parseCsv("1.5,2,0.5\n2.5,3,1.5\n3.5,4,1")).labelKind, "number");
});

test("whole numbers that hardly ever repeat are numbers, not classes", () => {
  assert.equal(chooseColumns(parseCsv("1,2,3\n4,5,6\n7,7,7\n8,8,9")).labelKind, "number");
  assert.equal(chooseColumns(parseCsv("1,2,3\n4,5,3\n7,7,7\n8,8,7\n9,8,9\n9,9,9")).labelKind, "class");
});

test("a column of words with one value only is not preferred to one with two", () => {
  const table = parseCsv("1,2,a,lab\n3,4,b,lab\n5,6,a,lab");
  assert.equal(chooseColumns(table).label, 2);
});

test("two columns of numbers alone leave the label open", () => {
  const result = read("1,2\n3,4\n5,6");
  assert.equal(result.error, "Choose the column that holds the class, or the number to be learnt.");
});

test("fewer than two columns of numbers are not enough", () => {
  assert.equal(read("a,b,1\nc,d,2").error, "Two columns of numbers are needed, and this table has one.");
  assert.equal(read("a,b\nc,d").error, "Two columns of numbers are needed, and this table has none.");
});

test("the same column twice is refused", () => {
  assert.match(read("1,2,a\n3,4,b", { x2: 0 }).error ?? "", /same column/);
});

test("x₁ that was not chosen is asked for", () => {
  assert.equal(read("1,2,a\n3,4,b", { x1: -1 }).error, "Choose a column of numbers for x₁ and another one for x₂.");
});

test("an empty text passes its own message on", () => {
  assert.equal(read("").error, "There is nothing to read yet. Paste a table or choose a file.");
});

test("orange and blue become −1 and +1, so that they get their colours", () => {
  const { points, classes, problems } = read("0.88, -3.32, orange\n-5.66, 0.39, Blue\n2.1, , blue\n-0.5, 2.9, blue");
  assert.deepEqual(points, [
    [0.88, -3.32, -1],
    [-5.66, 0.39, 1],
    [-0.5, 2.9, 1],
  ]);
  assert.deepEqual(classes, [
    { label: -1, count: 1 },
    { label: 1, count: 2 },
  ]);
  assert.deepEqual(problems, [{ line: 3, reason: "has no second number" }]);
});

test("class names stay as they are, whatever they contain", () => {
  const { points, classes } = read('1,2,<img src=x onerror=alert(1)>\n3,4,"it\'s ""b"""\n5,6,__proto__');
  assert.deepEqual(
    points.map((point) => point[2]),
    ["<img src=x onerror=alert(1)>", 'it\'s "b"', "__proto__"],
  );
  assert.equal(classes.length, 3);
});

test("classes that are numbers are sent as numbers and sorted as numbers", () => {
  const { classes } = read("1.5,2,10\n3.5,4,9\n5.5,6,10");
  assert.deepEqual(classes, [
    { label: 9, count: 1 },
    { label: 10, count: 2 },
  ]);
});

test("numbers among names are names: all labels are of one kind", () => {
  const { points } = read("1,2,a\n3,4,7\n5,6,b");
  assert.deepEqual(
    points.map((point) => point[2]),
    ["a", "7", "b"],
  );
});

test("every kind of bad row is listed by line with its reason", () => {
  const { points, problems } = read(
    [
      "x,y,class",
      "1,2,a",
      ",2,a",
      "1,NA,b",
      "one,2,b",
      "1,1e999,b",
      "1,2,",
      `1,2,${"n".repeat(61)}`,
      "3,4,b,5",
      "3,4,b",
    ].join("\n"),
  );
  assert.equal(points.length, 2);
  assert.deepEqual(problems, [
    { line: 3, reason: "has no first number" },
    { line: 4, reason: "has no second number" },
    { line: 5, reason: "has “one” where the first number should be" },
    { line: 6, reason: "has “1e999”, which is too large, as its second number" },
    { line: 7, reason: "has no class" },
    { line: 8, reason: "has a class name of more than 60 characters" },
    { line: 9, reason: "has 4 columns where the others have 3" },
  ]);
});

test("a long wrong cell is not repeated in full", () => {
  const { problems } = read(`1,2,a\n3,4,b\n${"w".repeat(500)},4,b`);
  assert.equal(problems[0]?.reason, `has “${"w".repeat(23)}…” where the first number should be`);
});

test("one class is not enough, eleven are too many", () => {
  assert.equal(read("1,2,a\n3,4,a", { label: 2 }).error, "Column 3 holds one class only. Two or more are needed.");
  const eleven = Array.from(
    { length: 11 },
    (_, index) => `${index}.5,${index},${String.fromCharCode(97 + index)}`,
  ).join("\n");
  assert.equal(
    read(eleven).error,
    "Column 3 holds 11 different values, and a class column may hold up to 10. Choose another column, or take it as a number.",
  );
  assert.equal(read(eleven.split("\n").slice(0, 10).join("\n")).error, null);
});

test("a number to be learnt has no classes", () => {
  const result = read("1,2,0.5\n3,4,1.5\n5,6,\n7,8,x\n9,10,2.5");
  assert.deepEqual(
    result.points.map((point) => point[2]),
    [0.5, 1.5, 2.5],
  );
  assert.deepEqual(result.classes, []);
  assert.deepEqual(result.problems, [
    { line: 3, reason: "has no value to be learnt" },
    { line: 4, reason: "has “x” where the value to be learnt should be" },
  ]);
});

test("decimal commas reach the points", () => {
  assert.deepEqual(read("1,5;−2,5;a\n3,5;4,5;b").points, [
    [1.5, -2.5, "a"],
    [3.5, 4.5, "b"],
  ]);
});

test("no whole point at all is said", () => {
  const result = read("x,y,class\n1,2,\n3,4,", { label: 2 });
  assert.equal(result.error, "No line holds a whole point.");
  assert.equal(result.problems.length, 2);
});
