import { Button } from "antd";
import { defineTexts, useTexts } from "@/shared/i18n/texts";
import styles from "./load-more.module.css";

const texts = defineTexts({ zh: { more: "加载更多" }, en: { more: "Load more" } });

interface LoadMoreProps {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
}

export function LoadMore({ query }: LoadMoreProps) {
  const t = useTexts(texts);
  if (!query.hasNextPage) return null;
  return (
    <div className={styles.foot}>
      <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {t.more}
      </Button>
    </div>
  );
}
