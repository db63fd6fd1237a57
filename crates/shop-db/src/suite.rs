//! Tests every database engine of the shop must pass: [`crate::suite!`] runs them on each.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "these are tests")]
#![allow(missing_docs, reason = "each case is named as the sentence it proves")]

pub mod after;
pub mod backorders;
pub mod claiming;
pub mod escrow;
pub mod following;
pub mod forgetting;
pub mod giving_again;
pub mod handing_out;
pub mod notices;
pub mod other_money;
pub mod paying;
pub mod placing;
pub mod releasing;
pub mod reorganising;
pub mod reviewing;
pub mod sample;
pub mod selling;
pub mod side_by_side;
pub mod unread_logs;

/// Runs every case, each on a fresh database: `suite!((Db::in_memory().unwrap(), ()))`.
/// Beside the database stands what must live as long as it does, such as its folder.
#[macro_export]
macro_rules! suite {
    ($open:expr; $($part:ident { $($case:ident),* $(,)? })*) => {$($(
        #[tokio::test]
        async fn $case() {
            let (db, _kept) = $open;
            $crate::suite::$part::$case(db).await;
        }
    )*)*};
    ($open:expr) => {
        $crate::suite!($open;
            placing {
                an_order_is_whole_once_it_is_placed,
                a_pool_pay_to_is_an_orders_alone_once,
                an_amount_names_one_order_among_those_there_are,
                a_free_name_shares_its_digits_with_no_order,
                a_pay_to_is_not_both_of_the_pool_and_a_wallet,
                a_number_or_a_ticket_is_not_given_twice,
                only_so_many_orders_wait_for_money,
                a_refused_order_leaves_nothing_behind,
                orders_are_listed_newest_first,
                a_mail_stays_in_the_outbox_until_it_is_delivered,
                a_closed_database_says_so,
                a_form_places_one_order,
                a_form_goes_when_it_lapses_or_its_order_goes,
                placed_orders_are_told_to_who_asks,
            }
            giving_again {
                an_address_that_was_never_paid_is_given_again_after_a_week,
                unused_address_given_up_is_told_by_the_amount,
                last_used_address_is_the_last_given_or_paid,
                an_address_is_not_given_while_an_order_has_it,
                an_address_that_is_given_again_is_never_an_orders_alone,
                what_rested_longest_is_given_first,
                an_address_that_was_paid_is_not_given_again,
                money_that_was_seen_and_is_gone_was_seen,
                money_for_an_order_that_is_gone_is_told_once,
                late_money_for_an_earlier_order_pays_no_later_one,
                dust_at_an_address_no_order_had_does_not_retire_it,
                dust_at_an_address_that_was_an_orders_retires_it,
                enough_money_before_any_order_retires_an_address,
            }
            paying {
                a_payment_settles_as_blocks_follow,
                the_same_advance_again_changes_nothing,
                two_equal_orders_at_one_wallet_are_told_apart,
                a_transfer_waiting_to_be_mined_is_one_transfer,
                transfer_told_again_higher_up_counts_where_it_stands,
                a_double_spend_takes_back_what_was_only_seen,
                too_little_and_too_much_are_told_apart,
                too_little_is_told_once_when_the_offer_has_ended,
                a_clock_that_is_ahead_ends_no_offer,
                an_offer_ends_and_late_money_is_late,
                a_payment_in_an_unread_block_is_not_called_missing,
                old_orders_are_left_alone,
                one_order_that_does_not_add_up_harms_no_other,
                money_for_nobody_is_not_written_down,
                another_assets_transfers_are_refused_whole,
                a_letter_that_fails_undoes_its_advance,
                a_letter_that_cannot_be_sealed_is_written_when_it_can_be,
                news_that_is_out_of_date_is_not_written_any_more,
                the_last_256_blocks_are_remembered,
            }
            reorganising {
                a_reorg_before_settlement_sends_the_order_back,
                a_reorg_after_settlement_is_told_and_so_is_the_return,
                a_reorg_half_read_is_not_news,
                a_payment_that_moves_to_a_later_block_is_not_called_reversed,
                a_payment_half_read_gives_nothing_back,
                a_contradicting_block_is_a_reorg_whoever_forgot_to_say_so,
                shorter_branch_takes_nothing_back,
                branch_grown_to_the_height_read_takes_back,
                half_read_reorg_calls_no_payment_shallow,
                contested_payment_is_checked_until_nodes_agree,
                codes_wait_while_a_payment_is_contested,
                codes_held_back_are_given_when_a_branch_is_read_in_parts,
                contested_payment_stays_so_while_nodes_tell_nothing,
            }
            unread_logs {
                unread_logs_are_kept_until_they_are_read,
                reorg_that_drops_a_block_forgets_its_unread_logs,
                offer_that_unread_logs_may_pay_does_not_end,
                order_placed_after_unread_logs_expires,
                order_of_the_next_hour_may_be_paid_in_unread_logs,
                order_that_unread_logs_may_pay_is_not_deleted,
                goods_stay_aside_while_logs_are_unread,
                rest_that_unread_logs_may_hold_is_not_called_missing,
                address_is_not_given_again_while_logs_are_unread,
                address_given_after_unread_logs_is_given_again,
                address_that_had_rested_before_unread_logs_is_given_again,
                address_in_its_last_hour_of_rest_may_be_paid_unread,
                block_nobody_gives_is_given_up_with_its_addresses,
                block_that_may_have_paid_a_kept_order_is_not_given_up,
                transfer_in_logs_read_late_counts_once,
                transfer_that_read_logs_disprove_is_gone,
            }
            side_by_side {
                coin_and_token_are_paid_in_the_blocks_of_one_chain,
                reorg_of_one_chain_leaves_the_other,
                each_chain_has_its_own_clock,
                transfer_of_another_chain_is_refused,
                rest_of_an_order_is_a_rival_on_every_chain,
            }
            following {
                demo_orders_are_put_away_when_the_shop_turns_real,
                put_away_demo_orders_go_by_the_terms,
                put_away_real_orders_are_kept_and_come_back,
                chain_changed_with_orders_is_refused,
                chain_changed_without_orders_begins_at_nothing_known,
                goods_of_put_away_demo_orders_come_back,
                put_away_digital_goods_of_a_demo_stay_closed,
                put_away_real_goods_wait_for_the_seller_in_a_demo,
                payment_of_a_put_away_order_is_not_accepted,
                put_away_demo_order_is_forgotten_by_its_buyer,
                letter_owed_about_a_demo_order_is_not_written_by_a_real_shop,
                clock_goes_by_the_chain_that_is_followed,
                real_chain_without_blocks_ends_nothing,
                put_away_orders_do_not_count_as_open,
                every_kept_pay_to_is_watched_until_its_order_is_gone,
                reading_begins_before_the_oldest_order_to_be_paid,
            }
            notices {
                sold_out_is_not_said_once_the_goods_are_back,
                reversed_and_underpaid_are_said_although_overtaken,
            }
            selling {
                the_catalogues_number_is_a_count_and_orders_count_on_from_it,
                goods_are_set_aside_for_an_hour_or_two,
                the_last_few_go_to_who_pays_first,
                fifty_buyers_of_one_thing_who_all_pay_get_it_once,
                too_little_money_keeps_what_is_set_aside,
                what_was_taken_comes_back_when_a_part_of_the_money_is_gone,
                too_little_is_told_when_the_goods_are_gone,
                who_paid_in_an_earlier_block_is_first,
                goods_are_not_given_to_an_order_that_is_reversed_with_them,
                a_refunded_order_is_served_nothing,
                a_refund_taken_back_is_owed_again_or_served,
                goods_that_do_not_suffice_go_to_the_next_they_suffice_for,
                a_missed_order_says_so_in_its_paid_mail,
                what_is_sold_out_is_refused_and_nothing_is_kept,
                a_code_with_a_limit_is_used_when_the_order_is_placed,
                an_order_that_ends_unpaid_gives_everything_back,
                a_purged_paid_order_keeps_what_it_took,
                a_claim_takes_the_goods_too,
                the_seller_counts_anew,
                what_is_not_listed_any_more_stays_while_an_order_needs_it,
                a_lost_key_makes_orders_uncounted,
                what_a_lost_key_had_set_aside_is_free_at_the_next_count,
                nobody_seals_no_order_that_is_counted,
                levels_are_told_when_they_change,
            }
            backorders {
                goods_of_a_reversed_payment_go_to_the_oldest_missed_order,
                goods_that_come_back_go_to_who_missed_them_first,
            }
            after {
                the_sellers_words_are_kept_with_the_order,
                marks_are_refused_where_no_money_was_seen,
                what_was_said_last_is_taken_back,
                a_difference_is_given_back_where_there_is_one,
                an_order_is_cancelled_while_no_money_was_seen,
                money_after_a_cancellation_is_late,
                a_closed_order_is_forgotten_and_an_open_one_is_not,
                an_order_whose_money_is_owed_is_not_forgotten,
                underpaid_order_can_be_forgotten_once_refunded,
                the_box_is_exchanged_together_with_its_mail,
                of_two_boxes_made_from_one_copy_one_is_kept,
            }
            handing_out {
                codes_are_given_when_the_payment_is_settled_and_each_once,
                list_stock_is_codes_neither_given_nor_promised,
                a_reversed_payment_brings_no_code_back_and_gives_no_other,
                missing_codes_are_reported_once_and_given_when_listed,
                codes_of_two_kinds_are_given_together_or_not_at_all,
                goods_that_become_codes_later_take_none_of_them,
                codes_listed_before_the_letter_are_not_reported_missing,
                codes_of_what_is_not_sold_from_a_list_any_more_are_missing,
                codes_of_a_refunded_order_are_for_sale_again,
                a_code_that_was_given_stays_given_under_another_name,
                fifty_buyers_of_one_code_get_it_once,
                skipped_codes_are_given_to_nobody,
                a_missed_order_that_is_served_gets_its_code,
                late_money_opens_nothing_until_the_seller_says_so,
                a_download_is_counted_when_it_is_begun,
                fifty_clicks_at_once_begin_one_download,
                nothing_of_it_outlives_the_order_but_the_marks,
            }
            releasing {
                goods_that_wait_for_the_seller_are_handed_out_when_accepted,
                accepted_payment_releases_goods_when_it_counts,
                accepted_payment_that_does_not_count_is_told_and_undone,
                goods_that_wait_are_released_when_the_settings_suffice,
                goods_once_released_stay_so_when_the_settings_change,
            }
            claiming {
                a_claimed_transfer_counts,
                a_claim_is_looked_up_once,
                a_transfer_that_names_another_order_is_refused,
                a_claimed_transfer_counts_for_one_order,
                a_transfer_older_than_the_order_is_refused,
                a_transfer_of_a_purged_order_is_refused,
                transfer_that_was_gone_with_its_order_is_refused,
                a_claimed_transfer_stays_with_its_order_through_a_reorg,
                a_claim_from_another_branch_is_only_seen,
                a_claim_of_money_for_somebody_else_is_refused,
                an_order_claims_five_times_at_most,
                a_refused_claim_may_be_made_again,
                what_is_no_transaction_id_is_refused,
            }
            reviewing {
                a_wrong_amount_with_an_orders_digits_is_that_orders,
                digits_name_an_order_whose_amount_does_not_fit,
                digits_of_two_orders_name_neither_and_the_exact_amount_does,
                a_claim_of_what_an_exchange_cut_settles_by_itself,
                a_claim_of_a_strangers_payment_waits_for_the_seller,
                a_claim_of_another_shops_payment_is_refused,
                a_transfer_two_orders_claim_waits_in_both_and_counts_for_one,
                a_claim_that_fits_two_open_orders_waits_for_the_seller,
                a_payment_nobody_claimed_is_accepted_by_its_id,
                accepted_payment_moves_from_the_order_its_digits_named,
                payment_accepted_for_another_order_is_not_claimed,
                a_rejected_claim_is_not_made_again,
                claim_to_review_keeps_its_order_until_decided,
                a_review_that_cannot_be_sealed_is_told_when_it_can_be,
            }
            escrow {
                payout_address_is_given_to_one_order,
                moved_deadline_is_the_one_that_counts,
                payout_of_an_unpaid_order_is_free_once_it_is_gone,
                payout_of_an_order_that_goes_early_is_given_no_more,
                payouts_that_may_have_been_given_are_retired,
                escrow_is_followed_and_told_when_it_is_deep,
                events_of_a_dropped_branch_are_taken_back,
                reorg_half_read_tells_nothing_of_escrow,
                wrong_amounts_in_escrow_are_nobodys_debt,
                shipment_proves_a_payment_that_nobody_saw,
                escrow_keeps_its_order_until_it_is_closed,
                proved_balance_counts_what_no_transfer_explains,
                balance_is_asked_for_six_times_at_most,
                release_is_passed_on_once,
                events_read_late_are_followed_too,
                events_left_on_the_chain_decide_whatever_came_and_went,
            }
            other_money {
                money_of_another_asset_pays_nothing_and_is_owed,
                money_of_another_asset_is_taken_back_with_its_block,
                shared_address_knows_other_money_by_the_whole_amount,
                dust_and_tokens_of_nobody_are_no_orders,
                other_money_keeps_its_order_until_it_is_given_back,
                proved_balance_pays_an_order_that_has_its_address_alone,
                proved_balance_and_transfers_count_once,
                balance_that_may_be_another_orders_is_not_asked_for,
            }
            forgetting {
                orders_go_when_their_time_is_over,
                money_on_its_way_keeps_an_order,
                money_that_is_owed_keeps_an_order_four_times_as_long,
                a_clock_that_is_ahead_deletes_nothing,
                the_first_block_of_a_demo_chain_tells_no_time,
                an_order_with_a_mail_to_deliver_stays,
                what_came_beyond_what_was_due_keeps_an_order_for_its_seller,
                forgetting_twice_is_forgetting_once,
            }
        );
    };
}
