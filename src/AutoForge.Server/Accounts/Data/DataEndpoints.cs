using AutoForge.Engine.Ledger;
using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Accounts.Passwords;
using AutoForge.Server.Accounts.Settings;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Accounts.Data;

/// <summary>Taking one's data along, and going.</summary>
internal static class DataEndpoints
{
    public static void MapData(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/user/export", ExportAsync).ForAccount().ForSessionsOnly().WithTags("Account")
            .WithSummary("Everything the account has stored, as a ZIP of JSON, without secrets")
            .Produces(StatusCodes.Status200OK, contentType: "application/zip");
        app.MapPost("/api/user/account/delete", DeleteAsync).ForAccount().ForSessionsOnly().WithTags("Account")
            .WithSummary("Delete the account for good; asks for the password and the e-mail address");

        var pages = app.MapGroup("/settings/data").ExcludeFromDescription().ForUser();
        pages.MapGet("/", (HttpContext context, PasswordProof proof, LedgerQueries ledger) => PageAsync(context, proof, ledger, FormErrors.None));
        pages.MapGet("/export", ExportAsync);
        pages.MapPost("/delete", DeleteFromPageAsync);
    }

    private static async Task<IResult> ExportAsync(HttpContext context, PasswordProof proof, AccountExport export, AuditLog audit)
    {
        var profile = ProfileEndpoints.ProfileAnswer.Of(await proof.CallerAsync(context));
        await audit.RecordAsync(AuditEntry.By(context, AuditAction.DataExported), context.RequestAborted);
        return new ExportFile(export, profile);
    }

    private static async Task<NoContent> DeleteAsync(DeleteRequest request, HttpContext context, AccountDeletion deletion)
    {
        await deletion.DeleteAsync(request.Password, request.Email, context);
        await context.SignOutAsync(Schemes.Cookie);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> DeleteFromPageAsync(
        [FromForm] DeleteRequest form, HttpContext context, AccountDeletion deletion, PasswordProof proof, LedgerQueries ledger)
    {
        try
        {
            await DeleteAsync(form, context, deletion);
            return TypedResults.LocalRedirect("/");
        }
        catch (AutoForgeException e)
        {
            return await PageAsync(context, proof, ledger, FormErrors.From(e, context, "password", "email"));
        }
    }

    private static async Task<IResult> PageAsync(HttpContext context, PasswordProof proof, LedgerQueries ledger, FormErrors errors)
    {
        var user = await proof.CallerAsync(context);
        var balance = await ledger.BalanceAsync(user.AccountId, context.RequestAborted);
        return new HtmlPage<DataPage>(new { user.Email, AvailableCents = balance?.AvailableCents ?? 0, Errors = errors }, errors.Status);
    }

    internal sealed record DeleteRequest(string? Password, string? Email);
}
