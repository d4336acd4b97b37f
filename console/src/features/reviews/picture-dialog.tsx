import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Modal } from "antd";
import { useEffect, useState } from "react";
import { reviewActionsQuery } from "@/api/reviews";
import type { Review, ReviewMetric, ReviewNumbers } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useCurrency } from "@/shared/format/use-currency";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { changeOf, useValueFormat } from "@/shared/metrics/value-format";
import { useSession } from "@/shared/session/session-context";
import { useTheme } from "@/shared/theme/theme-context";
import { maskedName, maskedText } from "./masking";
import { draw, type Picture } from "./picture";
import { reviewsTexts } from "./reviews-texts";
import styles from "./reviews.module.css";

const DONE_MAX = 6;

interface Choices {
  hidesMoney: boolean;
  hasWords: boolean;
}

/** The review in the words of the picture: nobody's name, and amounts only where they are wanted. */
function usePicture(review: Review, numbers: ReviewNumbers, choices: Choices): Picture {
  const t = useTexts(reviewsTexts);
  const { language } = useLanguage();
  const n = useNumberFormat();
  const time = useTimeFormat();
  const currency = useCurrency();
  const plain = useValueFormat("number");
  const count = useValueFormat("count");
  const ratio = useValueFormat("ratio");
  const { brand } = useSession();
  const actions = useQuery(reviewActionsQuery(review.review_id)).data;
  const people = actions?.people.map(({ name }) => name) ?? [];
  const say = (metric: ReviewMetric) => {
    if (metric.unit === "money_fen" && metric.value !== null)
      return choices.hidesMoney ? t.hidden : n.money(Math.round(metric.value), currency);
    const format =
      metric.unit === "ratio" ? ratio : metric.unit === "count" || metric.unit === "people" ? count : plain;
    return format.full(metric.value);
  };
  const rows = numbers.metrics.map((metric) => {
    const share = metric.target && metric.value !== null ? metric.value / metric.target : null;
    const change = changeOf(metric.value, metric.before);
    const told = change === null ? null : `${change > 0 ? "+" : ""}${n.share(change)}`;
    const isFlat = change === null || change === 0 || metric.up_is === "neither";
    return {
      name: metric[language],
      value: say(metric),
      notes: [
        ...(share === null ? [] : [t.reachedShort(n.share(share))]),
        ...(told === null ? [] : [t.againstBefore(told)]),
      ],
      share,
      isGood: isFlat ? null : change > 0 === (metric.up_is === "good"),
    };
  });
  const done = numbers.done.slice(0, DONE_MAX).map((each) => {
    const met = each.times > 0 ? `\u3000${t.doneTimes(n.whole(each.customers), n.whole(each.times))}` : "";
    return `· ${t.kinds[each.kind]} ${each.name}${met}`;
  });
  const { definition } = review;
  const mask = (text: string) => maskedText(text, people);
  const owners = new Map(actions?.people.map((each) => [each.staff_id, maskedName(each.name)]));
  const toDo = actions?.rows
    .filter(({ state }) => state !== "dropped")
    .map(
      (each) =>
        `· ${mask(each.text)}${each.owner_id !== null ? `\u3000${owners.get(each.owner_id) ?? ""}` : ""}\u3000${t.states[each.state]}`,
    );
  const words = [
    { title: t.wentWell, lines: definition.went_well ? [mask(definition.went_well)] : [] },
    { title: t.wentBadly, lines: definition.went_badly ? [mask(definition.went_badly)] : [] },
    { title: t.actions, lines: toDo ?? [] },
  ];
  return {
    brand: brand.name,
    title: mask(review.name),
    days: t.days(time.day(definition.begins_on), time.day(definition.ends_on)),
    rows,
    sections: [{ title: t.done, lines: done }, ...(choices.hasWords ? words : [])].filter(
      ({ lines }) => lines.length > 0,
    ),
    foot: `${t.madeBy} · ${time.full(numbers.as_of)}`,
  };
}

interface PictureDialogProps {
  review: Review;
  numbers: ReviewNumbers;
  onClose: () => void;
}

/** The review as one long picture for phones, drawn here with the fonts that are here. */
export function PictureDialog({ review, numbers, onClose }: PictureDialogProps) {
  const t = useTexts(reviewsTexts);
  const { colours } = useTheme();
  // The dialog puts its content on the page later than this is first run.
  const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null);
  const [choices, setChoices] = useState<Choices>({ hidesMoney: false, hasWords: true });
  const picture = usePicture(review, numbers, choices);
  const told = JSON.stringify(picture);
  useEffect(() => {
    if (canvas) draw(canvas, JSON.parse(told) as Picture, colours);
  }, [canvas, told, colours]);
  const save = () =>
    canvas?.toBlob((blob) => {
      if (!blob) return;
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `${review.name}.png`;
      link.click();
      URL.revokeObjectURL(link.href);
    }, "image/png");
  return (
    <Modal
      open
      title={t.newsTitle}
      width={460}
      onCancel={onClose}
      footer={
        <Button type="primary" onClick={save}>
          {t.savePicture}
        </Button>
      }
    >
      <p className={styles.quiet}>{t.newsNote}</p>
      <div className={styles.line}>
        <Checkbox
          checked={choices.hidesMoney}
          onChange={(event) => setChoices({ ...choices, hidesMoney: event.target.checked })}
        >
          {t.hideMoney}
        </Checkbox>
        <Checkbox
          checked={choices.hasWords}
          onChange={(event) => setChoices({ ...choices, hasWords: event.target.checked })}
        >
          {t.showWords}
        </Checkbox>
      </div>
      <div className={styles.preview}>
        <canvas ref={setCanvas} aria-label={t.pictureLabel} />
      </div>
    </Modal>
  );
}
