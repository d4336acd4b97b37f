import { useInfiniteQuery } from "@tanstack/react-query";
import { tagUsersQuery, type TagOrGroup } from "@/api/tags";
import { useTexts } from "@/shared/i18n/texts";
import { LoadMore } from "@/shared/ui/load-more";
import { tagsTexts } from "./tags-texts";
import styles from "./tags-page.module.css";

/** What it means to take a tag, or a group, out of use, and who would notice. */
export function ArchiveQuestion({ of }: { of: TagOrGroup }) {
  const t = useTexts(tagsTexts);
  const kinds: Partial<Record<string, string>> = t.kinds;
  const list = useInfiniteQuery(tagUsersQuery(of));
  const users = list.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      <p>{t.archiveText}</p>
      {users.length > 0 && (
        <>
          <p className={styles.legend}>{t.usedBy}</p>
          <ul className={styles.users}>
            {users.map((each) => (
              <li key={each.definition_id}>
                {each.name} <span className={styles.quiet}>{kinds[each.kind] ?? each.kind}</span>
              </li>
            ))}
          </ul>
          <LoadMore query={list} />
          <p className={styles.quiet}>{t.usedByNote}</p>
        </>
      )}
    </>
  );
}
