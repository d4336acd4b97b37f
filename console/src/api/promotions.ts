import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { byPages } from "./paging";
import type { Coupon, CouponPoolDraft, CouponsWanted } from "./types";

const ofPool = (poolId: number) => ({ params: { path: { pool_id: poolId } } });

export const couponPoolListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["coupon-pools"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/coupon-pools", { params: { query: { size: 50, after: pageParam } }, signal }),
      ),
    ...byPages,
  });

export const couponPoolQuery = (poolId: number) =>
  queryOptions({
    queryKey: ["coupon-pools", poolId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/coupon-pools/{pool_id}", { ...ofPool(poolId), signal })),
  });

export const saveCouponPool = (poolId: number | null, draft: CouponPoolDraft) =>
  answerOf(
    poolId === null
      ? client.POST("/api/coupon-pools", { body: draft })
      : client.PUT("/api/coupon-pools/{pool_id}", { ...ofPool(poolId), body: draft }),
  );

export const addCoupons = (poolId: number, text: string) =>
  answerOf(client.POST("/api/coupon-pools/{pool_id}/codes", { ...ofPool(poolId), body: { text } }));

export const makeCoupons = (poolId: number, wanted: CouponsWanted) =>
  answerOf(client.POST("/api/coupon-pools/{pool_id}/make", { ...ofPool(poolId), body: wanted }));

export const withdrawCoupons = (poolId: number, codeIds: number[] | null) =>
  answerOf(
    client.POST("/api/coupon-pools/{pool_id}/withdraw", { ...ofPool(poolId), body: { code_ids: codeIds } }),
  );

export const couponsQuery = (poolId: number, state: Coupon["state"] | null, search: string) =>
  infiniteQueryOptions({
    queryKey: ["coupons", poolId, state, search],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/coupon-pools/{pool_id}/codes", {
          params: { path: { pool_id: poolId }, query: { state, search, size: 50, after: pageParam } },
          signal,
        }),
      ),
    ...byPages,
  });

export const redeemCoupon = (code: string, orderId: string) =>
  answerOf(client.POST("/api/coupons/redeem", { body: { code, order_id: orderId } }));
