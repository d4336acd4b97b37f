import { WechatWorkOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { wecomLogInAddress, wecomLogInQuery } from "@/api/session";
import { useTexts } from "@/shared/i18n/texts";
import styles from "./login-page.module.css";
import { sessionTexts } from "./session-texts";

/** The way in by WeCom, where a corp is connected. */
export function WecomLogIn() {
  const t = useTexts(sessionTexts);
  const { data } = useQuery(wecomLogInQuery());
  if (!data?.is_there) return null;
  return data.corps.length === 0 ? (
    <Button size="large" block icon={<WechatWorkOutlined aria-hidden />} href={wecomLogInAddress}>
      {t.byWecom}
    </Button>
  ) : (
    <ul className={styles.corps} aria-label={t.byWecom}>
      {data.corps.map((each) => (
        <li key={each.corp_id}>
          <Button
            size="large"
            block
            icon={<WechatWorkOutlined aria-hidden />}
            href={`${wecomLogInAddress}?corp_id=${encodeURIComponent(each.corp_id)}`}
          >
            {t.byWecomOf(each.name)}
          </Button>
        </li>
      ))}
    </ul>
  );
}
