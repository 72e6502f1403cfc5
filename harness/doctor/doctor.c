/* The command: the machine, then the settings, then the simulator. */
#include "doctor.h"

#include "machine_facts.h"
#include "mem.h"
#include "simulator_check.h"
#include "twilio_rules.h"

static size_t sources(const struct doctor_options *options)
{
    return (size_t)(options->env != NULL) + (options->cloud_run != NULL) + (options->profile != NULL) +
           (options->environment != NULL);
}

static bool read_settings(const struct doctor_options *options, struct twilio_settings *settings,
                          struct fail *why)
{
    if (options->env != NULL)
        return twilio_settings_read_env(settings, options->env, why);
    if (options->cloud_run != NULL)
        return twilio_settings_read_cloud_run(settings, options->cloud_run, why);
    if (options->profile != NULL)
        return twilio_settings_read_profile(settings, options->profile, why);
    twilio_settings_read_environment(settings, options->environment);
    return true;
}

static void say_unknown(const struct doctor_options *options, const struct twilio_settings *settings,
                        struct doctor_findings *findings)
{
    if (options->sim == NULL && settings->deployment)
        doctor_advise(doctor_add(findings, DOCTOR_NOTE, "owned",
                                 "whether the account owns its senders and may send is not known offline"),
                      "--sim http://127.0.0.1:4010 asks a running simulator that was given the same account");
}

static bool check_settings(const struct doctor_options *options, struct doctor_findings *findings,
                           struct fail *why)
{
    struct twilio_settings *settings = twilio_settings_new();
    bool fine = read_settings(options, settings, why);
    if (fine) {
        twilio_rules_check(settings, findings);
        say_unknown(options, settings, findings);
        fine = options->sim == NULL || simulator_check(options->sim, settings, findings, why);
        if (settings->deployment || options->sim != NULL)
            twilio_rules_trial(findings);
    }
    twilio_settings_free(settings);
    return fine;
}

static void check_machine(struct doctor_findings *findings)
{
    struct machine_facts *facts = mem_new(sizeof *facts);
    machine_probe(facts);
    machine_rules(facts, findings);
    mem_free(facts);
}

static int usage(FILE *err, const char *text)
{
    fprintf(err, "otp-harness doctor: %s; see otp-harness doctor --help\n", text);
    return DOCTOR_USAGE;
}

int doctor_run(const struct doctor_options *options, FILE *out, FILE *err)
{
    struct fail why = {0};
    size_t count = sources(options);
    if (count > 1)
        return usage(err,
                     "one source of settings at a time (--env, --cloud-run, --profile, --from-environment)");
    if (count == 0 && (options->sim != NULL || options->settings_only))
        return usage(
            err, "--sim and --settings-only need settings: --env FILE, --cloud-run FILE, --profile FILE or "
                 "--from-environment");
    struct doctor_findings *findings = doctor_findings_new();
    if (!options->settings_only)
        check_machine(findings);
    bool read = count == 0 || check_settings(options, findings, &why);
    if (options->json)
        doctor_print_json(findings, out);
    else if (doctor_at(findings, 0) != NULL)
        doctor_print(findings, options->colour, out);
    int status = doctor_count(findings, DOCTOR_PROBLEM) > 0 ? DOCTOR_ILL : DOCTOR_FINE;
    if (!read) {
        fflush(out);
        fprintf(err, "otp-harness doctor: %s\n", why.text);
        status = DOCTOR_UNREADABLE;
    }
    doctor_findings_free(findings);
    return status;
}
