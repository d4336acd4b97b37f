import { SafetyCertificateOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { signOnAddress, signOnWayQuery } from "@/api/sign-on";
import { useTexts } from "@/shared/i18n/texts";
import { sessionTexts } from "./session-texts";

/** The way in by the company's identity provider, where there is one. */
export function SignOn({ to }: { to: string }) {
  const t = useTexts(sessionTexts);
  const { data } = useQuery(signOnWayQuery());
  if (!data?.is_there) return null;
  return (
    <Button size="large" block icon={<SafetyCertificateOutlined aria-hidden />} href={signOnAddress(to)}>
      {t.bySignOn(data.name)}
    </Button>
  );
}
