/** Every page is its own piece of the bundle, fetched when it is first asked for (or about to be). */
export const pages = {
  login: async () => (await import("@/features/session/login-page")).LoginPage,
  home: async () => (await import("@/features/home/home-page")).HomePage,
  customers: async () => (await import("@/features/customers/customer-list-page")).CustomerListPage,
  customer: async () => (await import("@/features/customers/customer-page")).CustomerPage,
  suspicions: async () => (await import("@/features/customers/suspicions-page")).SuspicionsPage,
  segments: async () => (await import("@/features/segments/segment-list-page")).SegmentListPage,
  segment: async () => (await import("@/features/segments/segment-page")).SegmentPage,
  journeys: async () => (await import("@/features/journeys/journey-list-page")).JourneyListPage,
  journey: async () => (await import("@/features/journeys/journey-page")).JourneyPage,
  journeyEditor: async () => (await import("@/features/journeys/journey-editor-page")).JourneyEditorPage,
  imports: async () => (await import("@/features/imports/import-list-page")).ImportListPage,
  import: async () => (await import("@/features/imports/import-page")).ImportPage,
  privacy: async () => (await import("@/features/privacy/privacy-page")).PrivacyPage,
  erasures: async () => (await import("@/features/privacy/request-list")).ErasuresPage,
  exports: async () => (await import("@/features/privacy/request-list")).ExportsPage,
  retention: async () => (await import("@/features/privacy/retention-page")).RetentionPage,
  settings: async () => (await import("@/features/settings/settings-page")).SettingsPage,
  keys: async () => (await import("@/features/settings/keys-page")).KeysPage,
  staff: async () => (await import("@/features/settings/staff-page")).StaffPage,
  audit: async () => (await import("@/features/settings/audit-page")).AuditPage,
};

export type PageName = keyof typeof pages;
