import { describe, expect, it } from "vitest";
import { firstQuestion } from "@/features/insight/question";
import { emptyBook, type Book } from "@/shared/conditions/book";

const bookOf = (...names: string[]): Book => ({
  ...emptyBook,
  events: names.map((name) => ({ name, properties: [] })),
});

function stepsOf(book: Book) {
  const question = firstQuestion("funnel", book);
  return question.kind === "funnel" ? question.steps.map(({ events }) => events[0]?.event) : [];
}

describe("the funnel that insight begins with", () => {
  it("goes only by what the data tells of", () => {
    const camp = bookOf("account_followed", "lesson_finished", "order_paid", "page_viewed");
    expect(stepsOf(camp)).toEqual(["page_viewed", "order_paid", "lesson_finished"]);
    const shop = bookOf("account_followed", "order_completed", "product_added", "product_viewed");
    expect(stepsOf(shop)).toEqual(["product_viewed", "product_added", "order_completed"]);
  });

  it("is an example where the data tells of no way yet", () => {
    expect(stepsOf(bookOf("account_followed"))).toEqual(["product_viewed", "cart_added", "order_paid"]);
  });
});
