import { expect, test } from "vitest";
import vectors from "../../../tests/vectors/grading.json";
import { APOSTROPHES, canonical, DASHES, IGNORABLE, PICTURES, QUOTATION_MARKS } from "../../src/learning/spelling";

test("the lists of characters are the service's", () => {
  const { apostrophes, quotation_marks, dashes, invisible, pictures } = vectors.rules;
  expect([APOSTROPHES, QUOTATION_MARKS, DASHES, IGNORABLE, PICTURES]).toEqual([
    apostrophes,
    quotation_marks,
    dashes,
    invisible,
    pictures,
  ]);
});

test.each(vectors.forms.map((form, place) => ({ ...form, place })))("form $place is the service's: $text", (form) => {
  expect(canonical(form.text)).toBe(form.form);
  expect(canonical(form.text, true)).toBe(form.folded);
});

test("a dotless i is no i", () => {
  expect(canonical("Işık", true)).not.toBe(canonical("Isik", true));
  expect(canonical("ı", true)).toBe("ı");
});
