/** How questions are answered. */

import { table } from "./table";

export const TABLE = table({
  "question.multiple_choice": ["Pilih satu jawaban", "Choose one answer"],
  "question.fill_blank": ["Isi titik-titiknya", "Fill in the blank"],
  "question.word_bank": ["Ketuk kata-kata sesuai urutannya", "Tap the words in the right order"],
  "question.matching": ["Ketuk dua kotak yang cocok", "Tap two boxes that belong together"],
  "question.true_false": ["Benar atau salah?", "True or false?"],
  "question.ordering": ["Ketuk sesuai urutan: yang pertama dulu", "Tap in order: the first one first"],
  "question.true": ["Benar", "True"],
  "question.false": ["Salah", "False"],
  "question.your_answer": ["Jawabanmu", "Your answer"],
  "question.sentence": ["Kalimatmu", "Your sentence"],
  "question.sentence_empty": ["Kata yang kamu ketuk muncul di sini", "The words that you tap appear here"],
  "question.order": ["Urutanmu", "Your order"],
  "question.take_back": ["{text}, ambil kembali", "{text}, take back"],
  "question.up": ["Naikkan {text}", "Move {text} up"],
  "question.down": ["Turunkan {text}", "Move {text} down"],
  "question.with": [", berpasangan dengan {text}", ", paired with {text}"],
  "question.mark.right": ["Benar", "Right"],
  "question.mark.wrong": ["Belum tepat", "Not quite"],
});
