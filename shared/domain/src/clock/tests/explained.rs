use super::*;
use crate::clock::terms::FeeTiming;
use crate::text::Lang;

/// The explanation in both languages.
fn shown(clock: &Clock) -> String {
    let (_, explanation) = clock.explained();
    [Lang::ZhHant, Lang::En].map(|lang| explanation.lines(lang).join("\n")).join("\n\n")
}

#[test]
fn three_plain_working_days() {
    insta::assert_snapshot!(shown(&Clock::working("2026-11-18", 3)), @r"
    民國115年11月18日 星期三：收到申請當日不計
    民國115年11月19日 星期四 至 民國115年11月20日 星期五：計入，累計 2 日
    民國115年11月21日 星期六 至 民國115年11月22日 星期日：例假日不計
    民國115年11月23日 星期一：計入，累計 3 日

    Wednesday 18 November 2026: the day of receipt of the application is not counted
    Thursday 19 November 2026 to Friday 20 November 2026: counted, 2 so far
    Saturday 21 November 2026 to Sunday 22 November 2026: weekend, not counted
    Monday 23 November 2026: counted, 3 so far
    ");
}

#[test]
fn a_correction_pause() {
    let clock = Clock::working("2026-11-02", 5).correction("2026-11-04", 7, Some("2026-11-06"));
    insta::assert_snapshot!(shown(&clock), @r"
    民國115年11月2日 星期一：收到申請當日不計
    民國115年11月3日 星期二 至 民國115年11月4日 星期三：計入，累計 2 日
    民國115年11月5日 星期四 至 民國115年11月6日 星期五：等待申請人補正，不計
    民國115年11月7日 星期六 至 民國115年11月8日 星期日：例假日不計
    民國115年11月9日 星期一 至 民國115年11月11日 星期三：計入，累計 5 日

    Monday 2 November 2026: the day of receipt of the application is not counted
    Tuesday 3 November 2026 to Wednesday 4 November 2026: counted, 2 so far
    Thursday 5 November 2026 to Friday 6 November 2026: waiting for the applicant's correction, not counted
    Saturday 7 November 2026 to Sunday 8 November 2026: weekend, not counted
    Monday 9 November 2026 to Wednesday 11 November 2026: counted, 5 so far
    ");
}

#[test]
fn a_correction_asked_on_the_last_day() {
    let clock = Clock::working("2026-11-18", 3).correction("2026-11-23", 7, Some("2026-11-25"));
    insta::assert_snapshot!(shown(&clock), @r"
    民國115年11月18日 星期三：收到申請當日不計
    民國115年11月19日 星期四 至 民國115年11月20日 星期五：計入，累計 2 日
    民國115年11月21日 星期六 至 民國115年11月22日 星期日：例假日不計
    民國115年11月23日 星期一：計入，累計 3 日
    民國115年11月24日 星期二 至 民國115年11月25日 星期三：等待申請人補正，不計
    民國115年11月26日 星期四：期間末日逢休息日或停止計算，順延至次一上班日

    Wednesday 18 November 2026: the day of receipt of the application is not counted
    Thursday 19 November 2026 to Friday 20 November 2026: counted, 2 so far
    Saturday 21 November 2026 to Sunday 22 November 2026: weekend, not counted
    Monday 23 November 2026: counted, 3 so far
    Tuesday 24 November 2026 to Wednesday 25 November 2026: waiting for the applicant's correction, not counted
    Thursday 26 November 2026: the last day is a rest day or stands still, so the period ends on the next working day
    ");
}

#[test]
fn a_typhoon() {
    let clock = Clock::calendar_days("2026-09-14", 4).closed("2026-09-16", Extent::Day);
    insta::assert_snapshot!(shown(&clock), @r"
    民國115年9月14日 星期一：收到申請當日不計
    民國115年9月15日 星期二：計入，累計 1 日
    民國115年9月16日 星期三：停止上班不計（臺北市政府公告）
    民國115年9月17日 星期四 至 民國115年9月19日 星期六：計入，累計 4 日
    民國115年9月20日 星期日 至 民國115年9月21日 星期一：期間末日逢休息日或停止計算，順延至次一上班日

    Monday 14 September 2026: the day of receipt of the application is not counted
    Tuesday 15 September 2026: counted, 1 so far
    Wednesday 16 September 2026: offices closed, not counted (臺北市政府公告)
    Thursday 17 September 2026 to Saturday 19 September 2026: counted, 4 so far
    Sunday 20 September 2026 to Monday 21 September 2026: the last day is a rest day or stands still, so the period ends on the next working day
    ");
}

#[test]
fn an_extension() {
    let clock = Clock::working("2026-04-27", 6).extended(2, "2026-05-05");
    insta::assert_snapshot!(shown(&clock), @r"
    民國115年4月27日 星期一：收到申請當日不計
    民國115年4月28日 星期二 至 民國115年4月30日 星期四：計入，累計 3 日
    民國115年5月1日 星期五：勞動節不計
    民國115年5月2日 星期六 至 民國115年5月3日 星期日：例假日不計
    民國115年5月4日 星期一 至 民國115年5月6日 星期三：計入，累計 6 日
    民國115年5月7日 星期四 至 民國115年5月8日 星期五：延長期間，計入，累計 8 日

    Monday 27 April 2026: the day of receipt of the application is not counted
    Tuesday 28 April 2026 to Thursday 30 April 2026: counted, 3 so far
    Friday 1 May 2026: holiday (勞動節), not counted
    Saturday 2 May 2026 to Sunday 3 May 2026: weekend, not counted
    Monday 4 May 2026 to Wednesday 6 May 2026: counted, 6 so far
    Thursday 7 May 2026 to Friday 8 May 2026: counted in the extension, 8 so far
    ");
}

#[test]
fn a_fee_that_is_paid_later() {
    let clock = Clock::working("2026-09-21", 2).with(|clock| {
        clock.terms.fee = FeeTiming::AtApplication;
        clock.history.fee_posted = Some(instant("2026-09-23"));
    });
    insta::assert_snapshot!(shown(&clock), @r"
    民國115年9月21日 星期一 至 民國115年9月22日 星期二：尚未起算，等待收到繳費
    民國115年9月23日 星期三：收到繳費當日不計
    民國115年9月24日 星期四：計入，累計 1 日
    民國115年9月25日 星期五：中秋節不計
    民國115年9月26日 星期六 至 民國115年9月27日 星期日：例假日不計
    民國115年9月28日 星期一：孔子誕辰紀念日/教師節不計
    民國115年9月29日 星期二：計入，累計 2 日

    Monday 21 September 2026 to Tuesday 22 September 2026: not started, waiting for receipt of the fee
    Wednesday 23 September 2026: the day of receipt of the fee is not counted
    Thursday 24 September 2026: counted, 1 so far
    Friday 25 September 2026: holiday (中秋節), not counted
    Saturday 26 September 2026 to Sunday 27 September 2026: weekend, not counted
    Monday 28 September 2026: holiday (孔子誕辰紀念日/教師節), not counted
    Tuesday 29 September 2026: counted, 2 so far
    ");
}

#[test]
fn a_fee_that_is_awaited() {
    let clock = Clock::working("2026-09-21", 2).with(|clock| clock.terms.fee = FeeTiming::AtApplication);
    insta::assert_snapshot!(shown(&clock), @r"
    民國115年9月21日 星期一：尚未起算，等待收到繳費

    Monday 21 September 2026: not started, waiting for receipt of the fee
    ");
}

#[test]
fn two_months() {
    insta::assert_snapshot!(shown(&Clock::new("2026-03-16", 2, Unit::Month)), @r"
    民國115年3月16日 星期一：收到申請當日不計
    民國115年3月17日 星期二 至 民國115年5月16日 星期六：計入，累計 2 個月
    民國115年5月17日 星期日 至 民國115年5月18日 星期一：期間末日逢休息日或停止計算，順延至次一上班日

    Monday 16 March 2026: the day of receipt of the application is not counted
    Tuesday 17 March 2026 to Saturday 16 May 2026: counted, 2 months so far
    Sunday 17 May 2026 to Monday 18 May 2026: the last day is a rest day or stands still, so the period ends on the next working day
    ");
}

#[test]
fn four_hours_over_a_holiday() {
    insta::assert_snapshot!(shown(&Clock::new("2026-02-13T15:30:00+08:00", 4, Unit::Hour)), @r"
    民國115年2月13日 星期五：計入，累計 2 小時 0 分
    民國115年2月14日 星期六 至 民國115年2月15日 星期日：例假日不計
    民國115年2月16日 星期一：農曆除夕不計
    民國115年2月17日 星期二 至 民國115年2月19日 星期四：春節不計
    民國115年2月20日 星期五：補假不計
    民國115年2月21日 星期六 至 民國115年2月22日 星期日：例假日不計
    民國115年2月23日 星期一：計入，累計 4 小時 0 分

    Friday 13 February 2026: counted, 2 h 0 min so far
    Saturday 14 February 2026 to Sunday 15 February 2026: weekend, not counted
    Monday 16 February 2026: holiday (農曆除夕), not counted
    Tuesday 17 February 2026 to Thursday 19 February 2026: holiday (春節), not counted
    Friday 20 February 2026: holiday (補假), not counted
    Saturday 21 February 2026 to Sunday 22 February 2026: weekend, not counted
    Monday 23 February 2026: counted, 4 h 0 min so far
    ");
}

#[test]
fn a_limit_begun_anew() {
    let clock = Clock::working("2026-11-02", 3).policy(CorrectionPolicy::Restart).correction(
        "2026-11-04",
        7,
        Some("2026-11-06"),
    );
    insta::assert_snapshot!(shown(&clock), @r"
    民國115年11月2日 星期一 至 民國115年11月5日 星期四：補正完成後重新起算，先前日數不計
    民國115年11月6日 星期五：補正完成當日不計
    民國115年11月7日 星期六 至 民國115年11月8日 星期日：例假日不計
    民國115年11月9日 星期一 至 民國115年11月11日 星期三：計入，累計 3 日

    Monday 2 November 2026 to Thursday 5 November 2026: begun anew with the correction; days before do not count
    Friday 6 November 2026: the day of completion of the correction is not counted
    Saturday 7 November 2026 to Sunday 8 November 2026: weekend, not counted
    Monday 9 November 2026 to Wednesday 11 November 2026: counted, 3 so far
    ");
}

#[test]
fn a_make_up_saturday() {
    insta::assert_snapshot!(shown(&Clock::working("2025-02-06", 2)), @r"
    民國114年2月6日 星期四：收到申請當日不計
    民國114年2月7日 星期五：計入，累計 1 日
    民國114年2月8日 星期六：補行上班日，計入，累計 2 日

    Thursday 6 February 2025: the day of receipt of the application is not counted
    Friday 7 February 2025: counted, 1 so far
    Saturday 8 February 2025: make-up working day, counted, 2 so far
    ");
}

#[test]
fn a_stop_without_end() {
    insta::assert_snapshot!(shown(&Clock::working("2026-11-02", 10).stop("2026-11-05", None)), @r"
    民國115年11月2日 星期一：收到申請當日不計
    民國115年11月3日 星期二 至 民國115年11月4日 星期三：計入，累計 2 日
    民國115年11月5日 星期四：停止計算：天災或不可抗力

    Monday 2 November 2026: the day of receipt of the application is not counted
    Tuesday 3 November 2026 to Wednesday 4 November 2026: counted, 2 so far
    Thursday 5 November 2026: the clock stands still: force majeure
    ");
}

#[test]
fn the_digest_covers_what_the_date_follows_from() {
    let clock = Clock::working("2026-11-02", 10)
        .correction("2026-11-05", 7, Some("2026-11-12"))
        .stop("2026-11-17", Some("2026-11-18"))
        .extended(2, "2026-11-20");
    insta::assert_snapshot!(clock.explained().1.inputs, @r"
    limit 10 day working
    correction suspend
    fee none posting
    closures stops
    calendar test 896fa06a383a60ba
    received 2026-11-02T02:00:00Z
    correction 2026-11-05T02:00:00Z 7 2026-11-12T02:00:00Z
    stop force_majeure 2026-11-17 2026-11-18
    extended 2 2026-11-20T02:00:00Z
    due 2026-11-27 2026-11-27T16:00:00Z
    ");
}
