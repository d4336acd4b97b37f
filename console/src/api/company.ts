import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { byPages } from "./paging";
import type { operations } from "./schema";
import type { NewKey, NewPassword, NewStaff } from "./types";

export const keyListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["keys"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/keys", { params: { query: { size: 50, after: pageParam } }, signal })),
    ...byPages,
  });

export const createKey = (key: NewKey) => answerOf(client.POST("/api/keys", { body: key }));

export const revokeKey = (keyId: number) =>
  answerOf(client.DELETE("/api/keys/{key_id}", { params: { path: { key_id: keyId } } }));

export const staffListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["staff"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/staff", { params: { query: { size: 200, after: pageParam } }, signal })),
    ...byPages,
  });

export const createStaff = (staff: NewStaff) => answerOf(client.POST("/api/staff", { body: staff }));

export const deactivateStaff = (staffId: number) =>
  answerOf(client.DELETE("/api/staff/{staff_id}", { params: { path: { staff_id: staffId } } }));

/** For somebody who has lost the phone: the next log-in asks for the password alone. */
export const resetSecondStep = (staffId: number) =>
  answerOf(client.DELETE("/api/staff/{staff_id}/second-step", { params: { path: { staff_id: staffId } } }));

/** The next log-in by the identity provider is by e-mail, as the first was. */
export const unbindSignOn = (staffId: number) =>
  answerOf(client.DELETE("/api/staff/{staff_id}/sign-on", { params: { path: { staff_id: staffId } } }));

export const changePassword = (staffId: number, passwords: NewPassword) =>
  answerOf(
    client.POST("/api/staff/{staff_id}/password", {
      params: { path: { staff_id: staffId } },
      body: passwords,
    }),
  );

export const unitsQuery = () =>
  queryOptions({
    queryKey: ["units"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/units", { signal })),
  });

type AuditQuestion = NonNullable<operations["list_audit"]["parameters"]["query"]>;

/** Which lines of the audit: all that is told holds together. */
export type AuditFilter = Omit<AuditQuestion, "size" | "after">;

export const auditListQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/audit", { params: { query: { ...filter, size: 50, after: pageParam } }, signal }),
      ),
    ...byPages,
    placeholderData: keepPreviousData,
  });
