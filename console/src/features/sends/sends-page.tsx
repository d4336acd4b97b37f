import { Outlet } from "react-router";
import { useQuery } from "@tanstack/react-query";
import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useNavigate } from "react-router";
import { postApprovalsQuery } from "@/api/posts";
import { approvalsQuery } from "@/api/sends";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Page } from "@/shared/ui/page";
import { Tabs } from "@/shared/ui/tabs";
import { sendsTexts } from "./sends-texts";

/** All sends, what waits for approval, and what staff are to confirm today. */
export function SendsPage() {
  const t = useTexts(sendsTexts);
  const may = useMay();
  const navigate = useNavigate();
  const approves = may(rights.approveSends);
  const { data } = useQuery({ ...approvalsQuery(), enabled: approves });
  const { data: posts } = useQuery({ ...postApprovalsQuery(), enabled: approves });
  const waiting = (data?.rows.length ?? 0) + (posts?.rows.length ?? 0);
  return (
    <Page
      title={t.title}
      lead={t.lead}
      actions={
        may(rights.writeSends) && (
          <Button
            type="primary"
            icon={<PlusOutlined aria-hidden />}
            onClick={() => void navigate("/sends/new")}
          >
            {t.create}
          </Button>
        )
      }
    >
      <Tabs
        label={t.title}
        tabs={[
          { to: "/sends", label: t.tabs.list },
          ...(approves
            ? [{ to: "/sends/approvals", label: t.tabs.approvals + (waiting ? ` · ${waiting}` : "") }]
            : []),
          { to: "/sends/packs", label: t.tabs.packs },
          ...(may(rights.readPosts) ? [{ to: "/sends/posts", label: t.tabs.posts }] : []),
        ]}
      />
      <Outlet />
    </Page>
  );
}
