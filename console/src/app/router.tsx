import { createBrowserRouter, type RouteObject } from "react-router";
import { RequireRight } from "@/shared/session/require-right";
import { rights, type Right } from "@/shared/session/rights";
import { ErrorPage } from "./error-page";
import { NotFoundPage } from "./not-found-page";
import { pages, type PageName } from "./pages";
import { RequireSession } from "./require-session";
import { Shell } from "./shell";
import { Splash } from "./splash";
import { Start } from "./start";

const load = (name: PageName) => async () => ({ Component: await pages[name]() });

const page = (name: PageName, path: string): RouteObject => ({ path, lazy: load(name) });

const behind = (right: Right, ...children: RouteObject[]): RouteObject => ({
  element: <RequireRight right={right} />,
  children,
});

export const routes: RouteObject[] = [
  {
    HydrateFallback: Splash,
    ErrorBoundary: ErrorPage,
    children: [
      page("login", "login"),
      page("setup", "setup"),
      {
        Component: RequireSession,
        children: [
          {
            Component: Shell,
            children: [
              {
                // Inside the frame, so that a broken page leaves the way out standing.
                ErrorBoundary: ErrorPage,
                children: [
                  {
                    Component: Start,
                    children: [behind(rights.readSummary, { index: true, lazy: load("home") })],
                  },
                  behind(
                    rights.readCustomers,
                    page("customers", "customers"),
                    page("suspicions", "customers/review"),
                    page("customerBulks", "customers/bulks"),
                    page("customer", "customers/:customerId"),
                  ),
                  behind(
                    rights.readSegments,
                    {
                      path: "segments",
                      lazy: load("segments"),
                      children: [
                        { index: true, lazy: load("segmentList") },
                        behind(rights.readLists, page("lists", "lists")),
                        behind(rights.exportSegments, page("segmentFiles", "exports")),
                      ],
                    },
                    behind(rights.readLists, page("list", "segments/lists/:listId")),
                    page("segmentEditor", "segments/new"),
                    page("segmentEditor", "segments/:segmentId/edit"),
                    {
                      path: "segments/:segmentId",
                      lazy: load("segment"),
                      children: [
                        { index: true, lazy: load("segmentOverview") },
                        behind(rights.readCustomers, page("segmentMembers", "members")),
                        page("segmentOverlap", "overlap"),
                        behind(rights.readCustomers, page("segmentExplain", "explain")),
                        behind(rights.exportSegments, page("segmentExports", "exports")),
                      ],
                    },
                  ),
                  behind(
                    rights.readGroups,
                    page("groups", "groups"),
                    page("groupWelcomes", "groups/welcomes"),
                    page("group", "groups/:groupId"),
                  ),
                  behind(
                    rights.inheritContacts,
                    page("inheritances", "inheritances"),
                    page("inheritanceNew", "inheritances/new"),
                    page("inheritance", "inheritances/:inheritanceId"),
                  ),
                  behind(rights.readTags, {
                    path: "tags",
                    lazy: load("tags"),
                    children: [
                      { index: true, lazy: load("tagGroups") },
                      behind(rights.readTagRules, page("tagRules", "rules")),
                      page("tagBulks", "bulks"),
                    ],
                  }),
                  behind(rights.readRfm, {
                    path: "value",
                    lazy: load("value"),
                    children: [
                      { index: true, lazy: load("rfm") },
                      behind(rights.readSummary, page("ltv", "ltv"), page("cohortValue", "cohorts")),
                      behind(rights.readLadders, page("ladders", "ladders")),
                    ],
                  }),
                  behind(rights.readSummary, page("scenes", "scenes")),
                  behind(rights.readSummary, page("insight", "insight"), page("insight", "insight/:kind")),
                  behind(
                    rights.readMetrics,
                    {
                      path: "numbers",
                      lazy: load("metrics"),
                      children: [
                        { index: true, lazy: load("metricList") },
                        page("metricBoard", "board"),
                        page("memberBoard", "members"),
                        page("costs", "costs"),
                        page("metricAlerts", "alerts"),
                      ],
                    },
                    page("metric", "numbers/:metricId"),
                  ),
                  behind(
                    rights.writeMetrics,
                    page("metricEditor", "numbers/new"),
                    page("metricEditor", "numbers/:metricId/edit"),
                  ),
                  behind(rights.readJourneys, page("journeys", "journeys"), {
                    path: "journeys/:journeyId",
                    lazy: load("journey"),
                    children: [
                      { index: true, lazy: load("journeyWalk") },
                      page("journeySop", "sop"),
                      page("journeyPeople", "people"),
                      page("journeyVersions", "versions"),
                      page("journeyAdherence", "adherence"),
                    ],
                  }),
                  behind(
                    rights.writeJourneys,
                    page("journeyEditor", "journeys/new"),
                    page("journeyTemplates", "journeys/templates"),
                    page("journeyEditor", "journeys/:journeyId/edit"),
                  ),
                  behind(
                    rights.readPlans,
                    {
                      path: "plans",
                      lazy: load("plans"),
                      children: [{ index: true, lazy: load("planList") }, page("planCalendar", "calendar")],
                    },
                    page("plan", "plans/:planId"),
                  ),
                  behind(
                    rights.writePlans,
                    page("planEditor", "plans/new"),
                    page("planEditor", "plans/:planId/edit"),
                  ),
                  behind(
                    rights.readDashboards,
                    {
                      path: "dashboards",
                      lazy: load("dashboards"),
                      children: [
                        { index: true, lazy: load("dashboardList") },
                        behind(rights.readReports, page("reports", "reports")),
                        behind(rights.writeSql, page("sql", "sql")),
                      ],
                    },
                    page("dashboard", "dashboards/:dashboardId"),
                  ),
                  behind(rights.readReviews, page("reviews", "reviews"), page("review", "reviews/:reviewId")),
                  behind(
                    rights.writeReviews,
                    page("reviewEditor", "reviews/new"),
                    page("reviewEditor", "reviews/:reviewId/edit"),
                  ),
                  behind(
                    rights.readExperiments,
                    page("experiments", "experiments"),
                    page("experiment", "experiments/:experimentId"),
                  ),
                  behind(
                    rights.writeExperiments,
                    page("experimentEditor", "experiments/new"),
                    page("experimentEditor", "experiments/:experimentId/edit"),
                  ),
                  behind(
                    rights.readSends,
                    {
                      path: "sends",
                      lazy: load("sends"),
                      children: [
                        { index: true, lazy: load("sendList") },
                        behind(rights.approveSends, page("sendApprovals", "approvals")),
                        page("sendPacks", "packs"),
                        behind(rights.readPosts, page("postList", "posts")),
                      ],
                    },
                    page("send", "sends/:sendId"),
                  ),
                  behind(
                    rights.writeSends,
                    page("sendEditor", "sends/new"),
                    page("sendEditor", "sends/:sendId/edit"),
                  ),
                  behind(rights.publishPosts, page("postEditor", "posts/new")),
                  behind(rights.readPosts, page("post", "posts/:postId")),
                  behind(
                    rights.readPromotions,
                    page("coupons", "coupons"),
                    page("coupon", "coupons/:poolId"),
                  ),
                  behind(rights.readTasks, {
                    path: "tasks",
                    lazy: load("tasks"),
                    children: [
                      { index: true, lazy: load("inbox") },
                      page("unassignedTasks", "unassigned"),
                      page("endedTasks", "ended"),
                      behind(rights.readEnquiries, page("enquiries", "enquiries")),
                      behind(rights.assignTasks, page("teamTasks", "team")),
                    ],
                  }),
                  behind(rights.readLeads, {
                    path: "leads",
                    lazy: load("leads"),
                    children: [
                      { index: true, lazy: load("myLeads") },
                      page("leadPool", "pool"),
                      behind(rights.assignLeads, page("teamLeads", "team"), page("leadNumbers", "numbers")),
                      page("leadRules", "rules"),
                    ],
                  }),
                  behind(rights.readMessages, page("handTasks", "by-hand")),
                  behind(
                    rights.readCodes,
                    page("codes", "codes"),
                    page("code", "codes/:codeId"),
                    page("stores", "stores"),
                  ),
                  behind(
                    rights.writeCodes,
                    page("codeEditor", "codes/new"),
                    page("codeEditor", "codes/:codeId/edit"),
                  ),
                  behind(
                    rights.readService,
                    {
                      path: "service",
                      lazy: load("service"),
                      children: [
                        { index: true, lazy: load("conversations") },
                        page("serviceAccounts", "accounts"),
                        behind(rights.readServiceRules, page("serviceRules", "rules")),
                      ],
                    },
                    page("conversation", "service/conversations/:conversationId"),
                  ),
                  behind(rights.readServiceRules, page("serviceRule", "service/rules/:rulesId")),
                  behind(
                    rights.writeServiceRules,
                    page("serviceRuleEditor", "service/rules/new"),
                    page("serviceRuleEditor", "service/rules/:rulesId/edit"),
                  ),
                  behind(
                    rights.readPersonas,
                    page("personas", "personas"),
                    page("persona", "personas/:personaId"),
                  ),
                  behind(
                    rights.writePersonas,
                    page("personaEditor", "personas/new"),
                    page("personaEditor", "personas/:personaId/edit"),
                  ),
                  behind(rights.readScripts, {
                    path: "content",
                    lazy: load("content"),
                    children: [
                      { index: true, lazy: load("scripts") },
                      behind(
                        rights.readMaterials,
                        page("materials", "materials"),
                        page("trackedLinks", "links"),
                      ),
                      behind(rights.shareContent, page("quickReplies", "replies")),
                    ],
                  }),
                  behind(rights.readForms, page("forms", "forms"), page("form", "forms/:formId")),
                  behind(
                    rights.writeForms,
                    page("formEditor", "forms/new"),
                    page("formEditor", "forms/:formId/edit"),
                  ),
                  behind(rights.readImports, page("imports", "imports"), page("import", "imports/:importId")),
                  behind(rights.readPrivacy, {
                    path: "privacy",
                    lazy: load("privacy"),
                    children: [
                      { index: true, lazy: load("erasures") },
                      page("exports", "exports"),
                      page("retention", "retention"),
                    ],
                  }),
                  {
                    path: "settings",
                    lazy: load("settings"),
                    children: [
                      behind(rights.writeKeys, page("keys", "keys")),
                      behind(rights.readCompany, page("staff", "staff")),
                      behind(rights.readWecom, page("wecom", "wecom")),
                      behind(rights.readChannels, page("channels", "channels")),
                      behind(rights.readHooks, page("hooks", "hooks")),
                      behind(rights.readJourneys, page("reachRules", "reach")),
                      behind(rights.readAudit, page("audit", "audit")),
                      behind(rights.writeSignOn, page("signOn", "sign-on")),
                      behind(rights.writeCompany, page("doctor", "doctor")),
                    ],
                  },
                  { path: "*", Component: NotFoundPage },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
];

export const makeRouter = () => createBrowserRouter(routes);
