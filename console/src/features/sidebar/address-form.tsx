import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { giveLink, newKey } from "@/api/content";
import { useTexts } from "@/shared/i18n/texts";
import { useBar } from "./context";
import styles from "./sidebar.module.css";
import { sidebarTexts } from "./sidebar-texts";

/** Any address, sent as a short link of this customer's own. */
export function AddressForm() {
  const t = useTexts(sidebarTexts);
  const queryClient = useQueryClient();
  const { customerId, send, failed, isInChat } = useBar();
  const [url, setUrl] = useState("");
  const [key, setKey] = useState(newKey);
  const sending = useMutation({
    mutationFn: async () => {
      const wish = { share_key: key, url: url.trim(), title: "", customer_id: customerId };
      const given = await giveLink(wish);
      const news = { link: given.url, title: given.title, desc: url.trim(), imgUrl: "" };
      if (!(await send({ msgtype: "news", news }))) return;
      setUrl("");
      setKey(newKey());
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["links"] }),
    onError: failed,
  });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        sending.mutate();
      }}
    >
      <input
        type="url"
        className={styles.search}
        required
        maxLength={2000}
        pattern="https?://.+"
        placeholder={t.address}
        aria-label={t.address}
        value={url}
        onChange={(event) => {
          setUrl(event.target.value);
          setKey(newKey());
        }}
      />
      {url.trim() && (
        <span className={styles.actions}>
          <button type="submit" className={`${styles.button} ${styles.main}`} disabled={sending.isPending}>
            {isInChat ? t.sendAddress : t.copyAddress}
          </button>
          <span className={styles.quiet}>{t.trackedAddress}</span>
        </span>
      )}
    </form>
  );
}
