import {
  AppstoreOutlined,
  AuditOutlined,
  BookOutlined,
  CheckSquareOutlined,
  ClockCircleOutlined,
  ClusterOutlined,
  DashboardOutlined,
  CommentOutlined,
  CustomerServiceOutlined,
  FundOutlined,
  ExperimentOutlined,
  FormOutlined,
  FunnelPlotOutlined,
  GiftOutlined,
  HighlightOutlined,
  ImportOutlined,
  NodeIndexOutlined,
  QrcodeOutlined,
  ShopOutlined,
  RiseOutlined,
  SafetyCertificateOutlined,
  ScheduleOutlined,
  SmileOutlined,
  SendOutlined,
  SettingOutlined,
  SolutionOutlined,
  TagsOutlined,
  TeamOutlined,
  UserSwitchOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import { rights, type Right } from "@/shared/session/rights";
import type { PageName } from "./pages";

export interface NavItem {
  key:
    | "home"
    | "customers"
    | "segments"
    | "value"
    | "scenes"
    | "insight"
    | "tags"
    | "groups"
    | "inheritances"
    | "metrics"
    | "journeys"
    | "plans"
    | "dashboards"
    | "reviews"
    | "experiments"
    | "codes"
    | "tasks"
    | "leads"
    | "handTasks"
    | "stores"
    | "coupons"
    | "sends"
    | "forms"
    | "content"
    | "service"
    | "personas"
    | "imports"
    | "privacy"
    | "settings";
  to: string;
  icon: ReactNode;
  page: PageName;
  /** Any one of these opens it. */
  rights: readonly Right[];
}

export interface NavSection {
  /** The heading that stands above it; the first section needs none. */
  key: "start" | "know" | "operate" | "measure" | "system";
  items: readonly NavItem[];
}

/** What people do with it, in this order: know customers, work with them, measure what came of it. */
export const navSections: readonly NavSection[] = [
  {
    key: "start",
    items: [
      {
        key: "home",
        to: "/",
        icon: <AppstoreOutlined aria-hidden />,
        page: "home",
        rights: [rights.readSummary],
      },
    ],
  },
  {
    key: "know",
    items: [
      {
        key: "customers",
        to: "/customers",
        icon: <TeamOutlined aria-hidden />,
        page: "customers",
        rights: [rights.readCustomers],
      },
      {
        key: "segments",
        to: "/segments",
        icon: <ClusterOutlined aria-hidden />,
        page: "segments",
        rights: [rights.readSegments],
      },
      {
        key: "tags",
        to: "/tags",
        icon: <TagsOutlined aria-hidden />,
        page: "tags",
        rights: [rights.readTags],
      },
      {
        key: "groups",
        to: "/groups",
        icon: <CommentOutlined aria-hidden />,
        page: "groups",
        rights: [rights.readGroups],
      },
      {
        key: "inheritances",
        to: "/inheritances",
        icon: <UserSwitchOutlined aria-hidden />,
        page: "inheritances",
        rights: [rights.inheritContacts],
      },
    ],
  },
  {
    key: "operate",
    items: [
      {
        key: "tasks",
        to: "/tasks",
        icon: <CheckSquareOutlined aria-hidden />,
        page: "tasks",
        rights: [rights.readTasks],
      },
      {
        key: "leads",
        to: "/leads",
        icon: <SolutionOutlined aria-hidden />,
        page: "leads",
        rights: [rights.readLeads],
      },
      {
        key: "plans",
        to: "/plans",
        icon: <ScheduleOutlined aria-hidden />,
        page: "plans",
        rights: [rights.readPlans],
      },
      {
        key: "journeys",
        to: "/journeys",
        icon: <NodeIndexOutlined aria-hidden />,
        page: "journeys",
        rights: [rights.readJourneys],
      },
      {
        key: "sends",
        to: "/sends",
        icon: <SendOutlined aria-hidden />,
        page: "sends",
        rights: [rights.readSends],
      },
      {
        key: "handTasks",
        to: "/by-hand",
        icon: <HighlightOutlined aria-hidden />,
        page: "handTasks",
        rights: [rights.readMessages],
      },
      {
        key: "codes",
        to: "/codes",
        icon: <QrcodeOutlined aria-hidden />,
        page: "codes",
        rights: [rights.readCodes],
      },
      {
        key: "stores",
        to: "/stores",
        icon: <ShopOutlined aria-hidden />,
        page: "stores",
        rights: [rights.readCodes],
      },
      {
        key: "content",
        to: "/content",
        icon: <BookOutlined aria-hidden />,
        page: "content",
        rights: [rights.readScripts],
      },
      {
        key: "coupons",
        to: "/coupons",
        icon: <GiftOutlined aria-hidden />,
        page: "coupons",
        rights: [rights.readPromotions],
      },
      {
        key: "forms",
        to: "/forms",
        icon: <FormOutlined aria-hidden />,
        page: "forms",
        rights: [rights.readForms],
      },
      {
        key: "service",
        to: "/service",
        icon: <CustomerServiceOutlined aria-hidden />,
        page: "service",
        rights: [rights.readService],
      },
      {
        key: "personas",
        to: "/personas",
        icon: <SmileOutlined aria-hidden />,
        page: "personas",
        rights: [rights.readPersonas],
      },
    ],
  },
  {
    key: "measure",
    items: [
      {
        key: "insight",
        to: "/insight",
        icon: <FunnelPlotOutlined aria-hidden />,
        page: "insight",
        rights: [rights.readSummary],
      },
      {
        key: "metrics",
        to: "/numbers",
        icon: <FundOutlined aria-hidden />,
        page: "metrics",
        rights: [rights.readMetrics],
      },
      {
        key: "dashboards",
        to: "/dashboards",
        icon: <DashboardOutlined aria-hidden />,
        page: "dashboards",
        rights: [rights.readDashboards],
      },
      {
        key: "reviews",
        to: "/reviews",
        icon: <AuditOutlined aria-hidden />,
        page: "reviews",
        rights: [rights.readReviews],
      },
      {
        key: "experiments",
        to: "/experiments",
        icon: <ExperimentOutlined aria-hidden />,
        page: "experiments",
        rights: [rights.readExperiments],
      },
      {
        key: "value",
        to: "/value",
        icon: <RiseOutlined aria-hidden />,
        page: "value",
        rights: [rights.readRfm],
      },
      {
        key: "scenes",
        to: "/scenes",
        icon: <ClockCircleOutlined aria-hidden />,
        page: "scenes",
        rights: [rights.readSummary],
      },
    ],
  },
  {
    key: "system",
    items: [
      {
        key: "imports",
        to: "/imports",
        icon: <ImportOutlined aria-hidden />,
        page: "imports",
        rights: [rights.readImports],
      },
      {
        key: "privacy",
        to: "/privacy",
        icon: <SafetyCertificateOutlined aria-hidden />,
        page: "privacy",
        rights: [rights.readPrivacy],
      },
    ],
  },
];

export const settingsItem: NavItem = {
  key: "settings",
  to: "/settings",
  icon: <SettingOutlined aria-hidden />,
  page: "settings",
  rights: [
    rights.writeKeys,
    rights.readCompany,
    rights.readWecom,
    rights.readChannels,
    rights.readJourneys,
    rights.readAudit,
  ],
};
