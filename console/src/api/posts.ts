import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { paced } from "./live";
import { byPages } from "./paging";
import type { NewPost, PostDraft } from "./types";

const ofPost = (postId: number) => ({ params: { path: { post_id: postId } } });
const LOOK_MS = 5_000;

export const postListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["posts"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/posts", { params: { query: { size: 50, after: pageParam } }, signal })),
    ...byPages,
  });

export const postQuery = (postId: number) =>
  queryOptions({
    queryKey: ["posts", postId],
    queryFn: ({ signal }) => answerOf(client.GET("/api/posts/{post_id}", { ...ofPost(postId), signal })),
    refetchInterval: paced(LOOK_MS),
  });

export const postPlacesQuery = (postId: number) =>
  infiniteQueryOptions({
    queryKey: ["post-places", postId],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/posts/{post_id}/places", {
          params: { path: { post_id: postId }, query: { size: 100, after: pageParam } },
          signal,
        }),
      ),
    ...byPages,
    refetchInterval: paced(LOOK_MS),
  });

export const createPost = (post: NewPost) => answerOf(client.POST("/api/posts", { body: post }));

/** How many groups or members it would go to. */
export const postReachQuery = (draft: PostDraft) =>
  queryOptions({
    queryKey: ["post-reach", draft.definition.kind, draft.definition.targets],
    queryFn: ({ signal }) => answerOf(client.POST("/api/posts/reach", { body: draft, signal })),
  });

/** Posts that wait for somebody's word. */
export const postApprovalsQuery = () =>
  queryOptions({
    queryKey: ["posts", "approvals"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/posts/approvals", { signal })),
  });

export const approvePost = (postId: number) =>
  answerOf(client.POST("/api/posts/{post_id}/approve", ofPost(postId)));

export const refusePost = (postId: number) =>
  answerOf(client.POST("/api/posts/{post_id}/refuse", ofPost(postId)));

export const cancelPost = (postId: number) =>
  answerOf(client.POST("/api/posts/{post_id}/cancel", ofPost(postId)));
