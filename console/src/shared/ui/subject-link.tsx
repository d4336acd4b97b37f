import type { ReactNode } from "react";
import { Link } from "react-router";
import { rights, type Right } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";

interface SubjectPage {
  right: Right;
  at: (id: number | string) => string;
}

/** Where a thing of a kind is looked at: on a page of its own, or in a list. */
const PAGES: Partial<Record<string, SubjectPage>> = {
  code: { right: rights.readCodes, at: (id) => `/codes/${id}` },
  conversation: { right: rights.readService, at: (id) => `/service/conversations/${id}` },
  customer: { right: rights.readCustomers, at: (id) => `/customers/${id}` },
  dashboard: { right: rights.readDashboards, at: (id) => `/dashboards/${id}` },
  experiment: { right: rights.readExperiments, at: (id) => `/experiments/${id}` },
  form: { right: rights.readForms, at: (id) => `/forms/${id}` },
  hook: { right: rights.readHooks, at: () => "/settings/hooks" },
  import: { right: rights.readImports, at: (id) => `/imports/${id}` },
  inheritance: { right: rights.inheritContacts, at: (id) => `/inheritances/${id}` },
  journey: { right: rights.readJourneys, at: (id) => `/journeys/${id}` },
  list: { right: rights.readLists, at: (id) => `/segments/lists/${id}` },
  metric: { right: rights.readMetrics, at: (id) => `/numbers/${id}` },
  persona: { right: rights.readPersonas, at: (id) => `/personas/${id}` },
  plan: { right: rights.readPlans, at: (id) => `/plans/${id}` },
  pool: { right: rights.readPromotions, at: (id) => `/coupons/${id}` },
  post: { right: rights.readPosts, at: (id) => `/posts/${id}` },
  review: { right: rights.readReviews, at: (id) => `/reviews/${id}` },
  segment: { right: rights.readSegments, at: (id) => `/segments/${id}` },
  send: { right: rights.readSends, at: (id) => `/sends/${id}` },
  service_rule: { right: rights.readServiceRules, at: (id) => `/service/rules/${id}` },
  staff: { right: rights.readCompany, at: () => "/settings/staff" },
  tag_rule: { right: rights.readTagRules, at: () => "/tags/rules" },
};

interface SubjectLinkProps {
  kind: string;
  id: number | string | undefined;
  children: ReactNode;
}

/** What a thing is called, as a link to where it is looked at, if there is such a page and one may see it. */
export function SubjectLink({ kind, id, children }: SubjectLinkProps) {
  const may = useMay();
  const page = id === undefined ? undefined : PAGES[kind];
  return id !== undefined && page && may(page.right) ? <Link to={page.at(id)}>{children}</Link> : children;
}
