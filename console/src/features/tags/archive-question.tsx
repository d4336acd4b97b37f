import { useQuery } from "@tanstack/react-query";
import { tagUsersQuery, type TagOrGroup } from "@/api/tags";
import { useTexts } from "@/shared/i18n/texts";
import { tagsTexts } from "./tags-texts";
import styles from "./tags-page.module.css";

/** What it means to take a tag, or a group, out of use, and who would notice. */
export function ArchiveQuestion({ of }: { of: TagOrGroup }) {
  const t = useTexts(tagsTexts);
  const kinds: Partial<Record<string, string>> = t.kinds;
  const { data } = useQuery(tagUsersQuery(of));
  return (
    <>
      <p>{t.archiveText}</p>
      {data && data.rows.length > 0 && (
        <>
          <p className={styles.legend}>{t.usedBy}</p>
          <ul className={styles.users}>
            {data.rows.map((each) => (
              <li key={each.definition_id}>
                {each.name} <span className={styles.quiet}>{kinds[each.kind] ?? each.kind}</span>
              </li>
            ))}
          </ul>
          <p className={styles.quiet}>{t.usedByNote}</p>
        </>
      )}
    </>
  );
}
