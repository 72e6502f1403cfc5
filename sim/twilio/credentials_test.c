/* Who is asking: the forms of an Authorization header. */
#include "test_support.h"

#include "credentials.h"
#include "digest.h"
#include "mem.h"

#define SID   "AC00000000000000000000000000000001"
#define OTHER "AC00000000000000000000000000000002"
#define KEY   "SK00000000000000000000000000000001"

static struct sim *simulator(void)
{
    struct fail why = {0};
    struct sim *sim =
        sim_new(&(struct sim_settings){.account = {.sid = TEXT(SID), .token = TEXT("made:up")}}, &why);
    assert_non_null(sim);
    struct account *other =
        accounts_add(&sim->accounts, &sim->ids,
                     &(struct account_setup){.sid = TEXT(OTHER), .token = TEXT("other")}, 0, &why);
    assert_non_null(other);
    other->keys[other->key_count++] = (struct api_key){.sid = KEY, .secret = "secret"};
    return sim;
}

static void each_pair_opens_its_account_or_none(void **state)
{
    (void)state;
    static const struct {
        const char *scheme, *pair;
        enum error_id error;
        const char *account;
    } rows[] = {
        {"Basic ", SID ":made:up", ERROR_NONE, SID}, /* a token may have a colon */
        {"basic ", SID ":made:up", ERROR_NONE, SID},
        {"BASIC  ", SID ":made:up", ERROR_NONE, SID},
        {"Basic ", OTHER ":other", ERROR_NONE, OTHER},
        {"Basic ", KEY ":secret", ERROR_NONE, OTHER},
        {"Basic ", SID ":other", ERROR_WRONG_TOKEN, NULL},
        {"Basic ", SID ":made", ERROR_WRONG_TOKEN, NULL},
        {"Basic ", SID ":", ERROR_WRONG_TOKEN, NULL},
        {"Basic ", SID, ERROR_WRONG_TOKEN, NULL},
        {"Basic ", KEY ":made:up", ERROR_WRONG_TOKEN, NULL},
        {"Basic ", "SK1:secret", ERROR_WRONG_TOKEN, NULL},
        {"Basic ", "somebody:made:up", ERROR_INVALID_USERNAME, NULL},
        {"Basic ", ":made:up", ERROR_INVALID_USERNAME, NULL},
        {"Bearer ", SID ":made:up", ERROR_NO_CREDENTIALS, NULL},
        {"Basic", SID ":made:up", ERROR_NO_CREDENTIALS, NULL},
    };
    struct sim *sim = simulator();
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct account *account = NULL;
        struct text_buf header;
        char *encoded = digest_base64_encode(text_of(rows[i].pair));
        text_buf_init(&header, 1024);
        text_putf(&header, "%s%s", rows[i].scheme, encoded);
        if (credentials_judge(sim, text_buf_view(&header), &account) != rows[i].error)
            fail_msg("%s%s", rows[i].scheme, rows[i].pair);
        if (rows[i].account != NULL)
            assert_string_equal(account->sid, rows[i].account);
        else
            assert_null(account);
        mem_free(encoded);
        text_buf_release(&header);
    }
    sim_free(sim);
}

static void a_header_that_is_no_pair_opens_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        enum error_id error;
    } rows[] = {{NULL, ERROR_NO_CREDENTIALS},           {"", ERROR_NO_CREDENTIALS},
                {"Basic", ERROR_NO_CREDENTIALS},        {"Basic ", ERROR_INVALID_USERNAME},
                {"Basic !!!!", ERROR_INVALID_USERNAME}, {"Basic Zg", ERROR_INVALID_USERNAME}};
    struct sim *sim = simulator();
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct account *account = NULL;
        if (credentials_judge(sim, text_of(rows[i].header), &account) != rows[i].error)
            fail_msg("%s", rows[i].header);
        assert_null(account);
    }
    sim_free(sim);
}

static enum error_id judge(struct sim *sim, const char *pair, struct account **ret)
{
    struct text_buf header;
    char *encoded = digest_base64_encode(text_of(pair));
    text_buf_init(&header, 1024);
    text_putf(&header, "Basic %s", encoded);
    enum error_id error = credentials_judge(sim, text_buf_view(&header), ret);
    mem_free(encoded);
    text_buf_release(&header);
    return error;
}

static int adoptions;

static void count_adoption(void *context)
{
    (void)context;
    adoptions++;
}

static void any_account_adopts_well_formed_credentials(void **state)
{
    (void)state;
    static const struct {
        const char *pair;
        enum error_id error;
        unsigned tenant; /* whose it is then */
        int adoptions;   /* so far */
    } rows[] = {
        {"AC1:x", ERROR_WRONG_TOKEN, 0, 0},
        {OTHER ":", ERROR_WRONG_TOKEN, 0, 0},
        {"SK00000000000000000000000000000009:x", ERROR_WRONG_TOKEN, 0, 0},
        {"somebody:x", ERROR_INVALID_USERNAME, 0, 0},
        {SID ":t1", ERROR_NONE, 1, 1}, /* the first account's own from now on */
        {SID ":t1", ERROR_NONE, 1, 1},
        {SID ":t2", ERROR_WRONG_TOKEN, 0, 1},
        {OTHER ":t2", ERROR_NONE, 2, 2},
        {OTHER ":t1", ERROR_WRONG_TOKEN, 0, 2},
    };
    struct fail why = {0};
    struct sim *sim = sim_new(&(struct sim_settings){.seed = 7, .any_account = true}, &why);
    adoptions = 0;
    sim->adopted = count_adoption;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct account *account = NULL;
        if (judge(sim, rows[i].pair, &account) != rows[i].error)
            fail_msg("row %zu: %s", i, rows[i].pair);
        assert_int_equal(account == NULL ? 0 : account->tenant, rows[i].tenant);
        assert_int_equal(adoptions, rows[i].adoptions);
    }
    assert_string_equal(sim_account(sim)->sid, SID);
    assert_string_equal(sim_account(sim)->token, "t1");
    assert_true(sim_account(sim)->adopted);
    assert_true(sim_reset(sim, &(struct account_setup){0}, &why)); /* it stays who it is */
    assert_true(sim_account(sim)->adopted);
    assert_string_equal(sim_account(sim)->token, "t1");
    sim_free(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_account_adopts_well_formed_credentials),
        cmocka_unit_test(each_pair_opens_its_account_or_none),
        cmocka_unit_test(a_header_that_is_no_pair_opens_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
