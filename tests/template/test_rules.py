"""Every house rule must see the bug it is there for: the template is broken on purpose, once per test."""

import copy
import unittest

import expand
import rules

EXPANDED = expand.expand(expand.load())
ANCHORS = rules.anchors((expand.ROOT / "docs" / "operations.md").read_text(encoding="utf-8"))
COUNTERS = rules.counters(expand.functions())
# Rule name -> the test that seeds its bug; filled by `seeded`.
SEEDED: set[str] = set()


def seeded(rule: str):
    SEEDED.add(rule)

    def wrap(test):
        def run(self: "SeededBugs") -> None:
            template = copy.deepcopy(EXPANDED)
            culprit = test(self, template["Resources"])
            found = rules.complaints(rules.Stack(template, ANCHORS, COUNTERS))
            self.assertTrue(
                any(text.startswith(f"{rule}: {culprit}") for text in found),
                f"{rule} did not complain about {culprit}; complaints: {found}",
            )

        run.__name__ = test.__name__
        return run

    return wrap


class Clean(unittest.TestCase):
    def test_template_has_no_complaints(self) -> None:
        self.assertEqual(rules.complaints(rules.Stack(EXPANDED, ANCHORS, COUNTERS)), [])

    def test_every_rule_has_a_seeded_bug(self) -> None:
        self.assertEqual(SEEDED, {check.__name__ for check in rules.RULES})

    def test_counters(self) -> None:
        code = 'telemetry::count(&*app.ambient, "a-b", "Lost", 1);\nplatform::telemetry::count(\n    a,\n    "c",\n    "Found",\n    n,\n);'
        self.assertEqual(rules.counters(code), {("a-b", "Lost"), ("c", "Found")})
        with self.assertRaises(ValueError):
            rules.counters("telemetry::count(ambient, service, metric, 1)")

    def test_good_news_is_counted(self) -> None:
        self.assertEqual(rules.GOOD_NEWS - {metric for _, metric in COUNTERS}, set())

    def test_anchors(self) -> None:
        self.assertEqual(
            rules.anchors("# One two\n## sign-in-errors\n### It's: 好\n"), {"one-two", "sign-in-errors", "its-好"}
        )


class SeededBugs(unittest.TestCase):
    """Each test breaks the template and returns the name of the resource to be blamed."""

    @seeded("visibility_is_six_timeouts")
    def test_short_visibility(self, resources):
        resources["NotificationQueue"]["Properties"]["VisibilityTimeout"] = 179
        return "NotificationFunctionNotices"

    @seeded("visibility_is_six_timeouts")
    def test_default_visibility(self, resources):
        del resources["NotificationFeedbackQueue"]["Properties"]["VisibilityTimeout"]
        return "NotificationFeedbackFunctionMailEvents"

    @seeded("queues_have_dead_letters")
    def test_no_dead_letters(self, resources):
        del resources["NotificationQueue"]["Properties"]["RedrivePolicy"]
        return "NotificationQueue"

    @seeded("queues_have_dead_letters")
    def test_dead_letters_vanish_first(self, resources):
        del resources["NotificationDeadLetters"]["Properties"]["MessageRetentionPeriod"]
        return "NotificationDeadLetters"

    @seeded("dead_letters_have_alarms")
    def test_unwatched_dead_letters(self, resources):
        del resources["EventRelayFailuresAlarm"]
        return "EventRelayFailures"

    @seeded("functions_have_alarms")
    def test_unwatched_function(self, resources):
        del resources["SignInErrors"]
        return "SignInFunction"

    @seeded("streams_have_a_lag_alarm")
    def test_unwatched_stream(self, resources):
        resources["EventRelayLag"]["Properties"]["MetricName"] = "Duration"
        return "EventRelayFunctionCaseEvents"

    @seeded("permissions_are_exact")
    def test_star_resource(self, resources):
        resources["CaseworkRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][1]["Resource"] = "*"
        return "CaseworkRole"

    @seeded("permissions_are_exact")
    def test_whole_bucket(self, resources):
        statement = resources["CaseworkRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][-1]
        statement["Resource"] = {"Fn::Sub": "${UploadsBucket.Arn}/*"}
        return "CaseworkRole"

    @seeded("permissions_are_exact")
    def test_star_action(self, resources):
        statement = resources["SignInRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][1]
        statement["Action"].append("dynamodb:*")
        return "SignInRole"

    @seeded("permissions_are_exact")
    def test_managed_policy(self, resources):
        # What SAM attaches to a function that brings no role.
        resources["SignInRole"]["Properties"]["ManagedPolicyArns"] = ["AWSLambdaBasicExecutionRole"]
        return "SignInRole"

    @seeded("permissions_are_exact")
    def test_open_topic(self, resources):
        resources["MailEventsTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"][0]["Resource"] = "*"
        return "MailEventsTopicPolicy"

    @seeded("batches_fail_in_part")
    def test_whole_batch_fails(self, resources):
        del resources["NotificationFunctionNotices"]["Properties"]["FunctionResponseTypes"]
        return "NotificationFunctionNotices"

    @seeded("streams_cannot_block")
    def test_no_bisect(self, resources):
        resources["EventRelayFunctionCaseEvents"]["Properties"]["BisectBatchOnFunctionError"] = False
        return "EventRelayFunctionCaseEvents"

    @seeded("streams_cannot_block")
    def test_no_failure_destination(self, resources):
        del resources["EventRelayFunctionCaseEvents"]["Properties"]["DestinationConfig"]
        return "EventRelayFunctionCaseEvents"

    @seeded("streams_cannot_block")
    def test_endless_retries(self, resources):
        resources["EventRelayFunctionCaseEvents"]["Properties"]["MaximumRetryAttempts"] = -1
        return "EventRelayFunctionCaseEvents"

    @seeded("tables_are_protected")
    def test_no_recovery(self, resources):
        del resources["CasesTable"]["Properties"]["PointInTimeRecoverySpecification"]
        return "CasesTable"

    @seeded("tables_are_protected")
    def test_no_deletion_protection(self, resources):
        resources["NoticesTable"]["Properties"]["DeletionProtectionEnabled"] = False
        return "NoticesTable"

    @seeded("tables_are_protected")
    def test_table_deleted_with_stack(self, resources):
        resources["ReportsTable"]["UpdateReplacePolicy"] = "Delete"
        return "ReportsTable"

    @seeded("timeouts_are_possible")
    def test_timeout_too_long(self, resources):
        resources["DeadlineTimerFunction"]["Properties"]["Timeout"] = 901
        return "DeadlineTimerFunction"

    @seeded("functions_have_log_groups")
    def test_no_log_group(self, resources):
        del resources["CatalogueFunction"]["Properties"]["LoggingConfig"]["LogGroup"]
        return "CatalogueFunction"

    @seeded("functions_have_log_groups")
    def test_logs_for_ever(self, resources):
        del resources["CatalogueLogGroup"]["Properties"]["RetentionInDays"]
        return "CatalogueLogGroup"

    @seeded("trouble_that_is_counted_has_an_alarm")
    def test_unwatched_trouble(self, resources):
        del resources["NoticesGivenUp"]
        return "NoticesGivenUp"

    @seeded("trouble_that_is_counted_has_an_alarm")
    def test_metric_of_another_service(self, resources):
        resources["TimersFailed"]["Properties"]["Dimensions"][0]["Value"] = "event-relay"
        return "TimersFailed: deadline-timer"

    @seeded("trouble_that_is_counted_has_an_alarm")
    def test_metric_nobody_counts(self, resources):
        resources["UndispatchedEvents"]["Properties"]["MetricName"] = "UndispatchedEvent"
        return "UndispatchedEvent: an alarm"

    @seeded("alarms_say_what_to_do")
    def test_silent_alarm(self, resources):
        resources["EventRelayLag"]["Properties"]["AlarmDescription"] = "Late."
        return "EventRelayLag"

    @seeded("alarms_say_what_to_do")
    def test_dead_link(self, resources):
        resources["EventRelayLag"]["Properties"]["AlarmDescription"] = "Late. docs/operations.md#nowhere"
        return "EventRelayLag"

    @seeded("environment_resolves")
    def test_wrong_ref(self, resources):
        variables = resources["SubmissionFunction"]["Properties"]["Environment"]["Variables"]
        variables["CASES_TABLE"] = {"Ref": "CaseTable"}
        return "SubmissionFunction"

    @seeded("environment_resolves")
    def test_wrong_sub(self, resources):
        variables = resources["NotificationFunction"]["Properties"]["Environment"]["Variables"]
        variables["MAIL_REGION"] = {"Fn::If": ["MailIsHere", {"Fn::Sub": "${MailRegio}"}, "x"]}
        return "NotificationFunction"

    @seeded("names_are_generated")
    def test_physical_name(self, resources):
        resources["CasesTable"]["Properties"]["TableName"] = "cases"
        return "CasesTable"

    @seeded("buckets_are_private")
    def test_public_bucket(self, resources):
        resources["UploadsBucket"]["Properties"]["PublicAccessBlockConfiguration"]["BlockPublicAcls"] = False
        return "UploadsBucket"

    @seeded("buckets_are_private")
    def test_plain_http(self, resources):
        del resources["UploadsBucketPolicy"]
        return "UploadsBucket"


if __name__ == "__main__":
    unittest.main()
