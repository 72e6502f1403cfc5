/* Words for people; programs read the line of JSON (server_print_ready). */
#include "greeting.h"

static const char *number_of(const struct account *account)
{
    return account->number_count > 0 ? account->numbers[0].e164 : "none";
}

static void print_account(const struct server *server, FILE *out)
{
    const struct account *account = sim_account(server->sim);
    struct text_buf sid;
    text_buf_init(&sid, 256);
    identity_put_masked(&sid, account->sid);
    if (account->adopted)
        fprintf(out, "  account  %s, as a request brought it at an earlier start (%s)\n", text_buf_z(&sid),
                account->plan->name);
    else if (server->settings.sim.any_account)
        fprintf(out, "  account  the one that your backend brings (%s)\n", account->plan->name);
    else
        fprintf(out, "  account  %s, token %s (%s)\n", account->sid, account->token, account->plan->name);
    fprintf(out, "  sends    from %s; WhatsApp from %s\n", number_of(account), account->whatsapp);
    text_buf_release(&sid);
}

void greeting_print(const struct server *server, FILE *out)
{
    char address[64];
    server_address(server, address);
    fprintf(out, "twilio-sim is ready; Ctrl-C ends it.\n");
    fprintf(out, "  inbox    %s/\n", address);
    sim_lock(server->sim); /* requests are served already */
    print_account(server, out);
    sim_unlock(server->sim);
    fprintf(out, "  CA       %s\n", authority_ca_file(server->authority));
    if (server->control.token != NULL)
        fprintf(out, "  control  wants the token %s\n", server->control.token);
    fprintf(out,
            "Run your backend with HTTPS_PROXY=%s HTTP_PROXY=%s NODE_EXTRA_CA_CERTS=%s\n"
            "or, with all of that set for it: twilio-sim exec -- COMMAND\n"
            "The code for a script: twilio-sim code NUMBER --wait 10s\n\n",
            address, address, authority_ca_file(server->authority));
    fflush(out);
}
