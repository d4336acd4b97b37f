import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { paced } from "./live";
import { byPages } from "./paging";
import type { NewTask, TaskEnd, TaskView } from "./types";

/** All that tells of tasks; to be looked at anew after each change. */
export const TASKS = "tasks";

export const inboxQuery = () =>
  queryOptions({
    queryKey: [TASKS, "inbox"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/tasks/inbox", { signal })),
    refetchInterval: paced(60_000),
  });

export const taskListQuery = (view: TaskView, isOpen: boolean) =>
  infiniteQueryOptions({
    queryKey: [TASKS, "list", view, isOpen],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/tasks", {
          params: { query: { view, is_open: isOpen, size: 50, after: pageParam } },
          signal,
        }),
      ),
    ...byPages,
  });

export const teamTasksQuery = (days: number) =>
  queryOptions({
    queryKey: [TASKS, "team", days],
    queryFn: ({ signal }) => answerOf(client.GET("/api/tasks/team", { params: { query: { days } }, signal })),
  });

export const colleaguesQuery = () =>
  queryOptions({
    queryKey: [TASKS, "colleagues"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/tasks/colleagues", { signal })),
    staleTime: 300_000,
  });

const ofCustomer = (customerId: number) => ({ params: { path: { customer_id: customerId } } });

export const customerTasksQuery = (customerId: number) =>
  queryOptions({
    queryKey: [TASKS, "customer", customerId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/customers/{customer_id}/tasks", { ...ofCustomer(customerId), signal })),
  });

export const nextActionQuery = (customerId: number) =>
  queryOptions({
    queryKey: [TASKS, "next-action", customerId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/customers/{customer_id}/next-action", { ...ofCustomer(customerId), signal })),
  });

export const createTask = (task: NewTask) => answerOf(client.POST("/api/tasks", { body: task }));

const path = (taskId: number) => ({ params: { path: { task_id: taskId } } });

export const claimTask = (taskId: number) =>
  answerOf(client.POST("/api/tasks/{task_id}/claim", path(taskId)));

export const endTask = ({ taskId, end }: { taskId: number; end: TaskEnd }) =>
  answerOf(client.POST("/api/tasks/{task_id}/end", { ...path(taskId), body: end }));

export const handTask = ({ taskId, staffId, note }: { taskId: number; staffId: number; note: string }) =>
  answerOf(client.POST("/api/tasks/{task_id}/hand", { ...path(taskId), body: { staff_id: staffId, note } }));
