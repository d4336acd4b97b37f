import type { FormChoice, FormDefinition, FormQuestion } from "@/api/types";

export type QuestionKind = FormQuestion["kind"];
export type ChoiceQuestion = Extract<FormQuestion, { kind: "single" | "multiple" }>;

export const QUESTION_KINDS: readonly QuestionKind[] = [
  "single",
  "multiple",
  "text",
  "long_text",
  "number",
  "date",
  "phone",
  "email",
  "city",
  "rating",
  "nps",
  "consent",
];

/** A question in the hand: `id` stays while it is moved and renamed. */
export interface EditQuestion {
  id: number;
  question: FormQuestion;
}

export interface EditPage {
  id: number;
  title: string;
  questions: EditQuestion[];
}

export interface EditForm {
  name: string;
  rest: Omit<FormDefinition, "pages">;
  pages: EditPage[];
}

let lastId = 0;
const nextId = () => ++lastId;

export const hasChoices = (question: FormQuestion): question is ChoiceQuestion =>
  question.kind === "single" || question.kind === "multiple";

export const keysOf = (form: EditForm) =>
  form.pages.flatMap(({ questions }) => questions.map(({ question }) => question.key));

/** The first of `q1`, `q2` … that is not taken. */
export function freeKey(prefix: string, taken: readonly string[]): string {
  let n = taken.length + 1;
  while (taken.includes(`${prefix}${n}`)) n++;
  return `${prefix}${n}`;
}

export const newChoice = (label: string, taken: readonly string[]): FormChoice => ({
  key: freeKey("c", taken),
  label,
  score: 0,
  tags: [],
  value: null,
});

export interface NewWords {
  question: Record<QuestionKind, string>;
  choice: (n: number) => string;
}

/** A question of a kind, with words to be written over. */
export function newQuestion(kind: QuestionKind, words: NewWords, taken: readonly string[]): EditQuestion {
  const plain = {
    key: freeKey("q", taken),
    title: words.question[kind],
    note: "",
    is_required: false,
    attribute: null,
    show_if: null,
  };
  const choices = [1, 2, 3].map((n) => ({ ...newChoice(words.choice(n), []), key: `c${n}` }));
  const made = (): FormQuestion => {
    switch (kind) {
      case "single":
        return { ...plain, kind, choices };
      case "multiple":
        return { ...plain, kind, choices, least: 0, most: null };
      case "number":
        return { ...plain, kind, least: null, most: null, is_whole: true };
      case "phone":
      case "email":
        return { ...plain, kind, attribute: kind, identifies: true };
      case "city":
        return { ...plain, kind, attribute: "city", suggestions: [] };
      case "consent":
        return { ...plain, kind, purpose: "marketing", channel: "sms" };
      default:
        return { ...plain, kind };
    }
  };
  return { id: nextId(), question: made() };
}

export const newPage = (): EditPage => ({ id: nextId(), title: "", questions: [] });

export function toEdit(name: string, definition: FormDefinition): EditForm {
  const { pages, ...rest } = definition;
  return {
    name,
    rest,
    pages: pages.map(({ title, questions }) => ({
      id: nextId(),
      title,
      questions: questions.map((question) => ({ id: nextId(), question })),
    })),
  };
}

/** A page without questions is none. */
export const toDefinition = ({ rest, pages }: EditForm): FormDefinition => ({
  ...rest,
  pages: pages
    .filter(({ questions }) => questions.length > 0)
    .map(({ title, questions }) => ({ title, questions: questions.map(({ question }) => question) })),
});

/** A new form: what a camp asks who signs up. */
export function starter(title: string, words: NewWords): FormDefinition {
  const made = newQuestion("single", words, []);
  return {
    title,
    intro: "",
    thanks: "",
    next_label: "",
    next_url: null,
    answering: "once",
    may_change: false,
    who: "anyone",
    opens_at: null,
    closes_at: null,
    answers_max: null,
    score_attribute: null,
    band_attribute: null,
    bands: [],
    pages: [{ title: "", questions: [made.question] }],
  };
}

export const mapQuestion = (
  form: EditForm,
  id: number,
  change: (question: FormQuestion) => FormQuestion,
): EditForm => ({
  ...form,
  pages: form.pages.map((page) => ({
    ...page,
    questions: page.questions.map((each) =>
      each.id === id ? { ...each, question: change(each.question) } : each,
    ),
  })),
});

export const withoutQuestion = (form: EditForm, id: number): EditForm => ({
  ...form,
  pages: form.pages.map((page) => ({
    ...page,
    questions: page.questions.filter((each) => each.id !== id),
  })),
});

/** Where a question stands: the number of its page, and its place on it. */
export function placeOf(form: EditForm, id: number): [page: number, place: number] {
  for (const [n, page] of form.pages.entries()) {
    const place = page.questions.findIndex((each) => each.id === id);
    if (place >= 0) return [n, place];
  }
  return [-1, -1];
}

/** One up or down; beyond the end of its page it goes to the next one. */
export function moveQuestion(form: EditForm, id: number, by: -1 | 1): EditForm {
  const [n, place] = placeOf(form, id);
  const page = form.pages[n];
  const moved = page?.questions[place];
  if (!page || !moved) return form;
  const isInside = place + by >= 0 && place + by < page.questions.length;
  const target = isInside ? n : n + by;
  const receiving = form.pages[target];
  if (!receiving) return form;
  const end = by === 1 ? 0 : receiving.questions.length;
  return insert(withoutQuestion(form, id), moved, target, isInside ? place + by : end);
}

/** Puts a question before another one, wherever both stand. */
export function dropQuestion(form: EditForm, id: number, before: number): EditForm {
  const [n, place] = placeOf(form, id);
  const moved = form.pages[n]?.questions[place];
  if (!moved || id === before) return form;
  const [wasPage, wasPlace] = placeOf(form, before);
  const rest = withoutQuestion(form, id);
  const [page, at] = placeOf(rest, before);
  // Dragged down, it goes behind the one it was dropped on; up, before it.
  const isDown = wasPage === n && wasPlace > place;
  return insert(rest, moved, page, isDown ? at + 1 : at);
}

export const insert = (form: EditForm, question: EditQuestion, page: number, place: number): EditForm => ({
  ...form,
  pages: form.pages.map((each, n) =>
    n === page ? { ...each, questions: each.questions.toSpliced(place, 0, question) } : each,
  ),
});

/** Earlier questions with choices: on those alone another can depend. */
export function earlierOf(form: EditForm, id: number): ChoiceQuestion[] {
  const all = form.pages.flatMap(({ questions }) => questions);
  const place = all.findIndex((each) => each.id === id);
  return all
    .slice(0, Math.max(place, 0))
    .map(({ question }) => question)
    .filter(hasChoices);
}

/** Of a fault's path what stands below a question or a choice; null where it is elsewhere. */
export function below(path: string | null | undefined, start: string): string | null {
  if (path === start) return "";
  return path?.startsWith(`${start}.`) ? path.slice(start.length + 1) : null;
}

/** Paths count only pages with questions, as what is sent does. */
export const pageNumber = (form: EditForm, page: number) =>
  form.pages.slice(0, page).filter(({ questions }) => questions.length > 0).length;
