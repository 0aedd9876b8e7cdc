using AutoForge.Activities.Email;
using AutoForge.Testing;
using AutoForge.Testing.Servers;

namespace AutoForge.Activities.Tests.Email;

public sealed class SmtpTransportTests : IDisposable
{
    private static readonly MimeMessage Mail = new()
    {
        From = new("Ada", "ada@example.com"),
        To = [new(null, "bob@example.com"), new(null, "BOB@example.com")],
        Bcc = [new(null, "carol@example.com")],
        Subject = "Hello",
        Text = "first\n.\n..second\n.third",
        MessageId = "1@example.com",
        Date = DateTimeOffset.UnixEpoch,
    };

    private readonly TestActivityContext _context = new(new SendEmail());

    public void Dispose() => _context.Dispose();

    [Fact]
    public async Task Send_WellBehavedServer_SpeaksByTheBook()
    {
        await using var stub = new SmtpStub().On("EHLO", "250-stub\r\n250-SIZE 1000000\r\n250 8BITMIME");
        await Transport(stub).SendAsync(Mail, Token);
        Assert.Equal(["EHLO [127.0.0.1]", "RCPT TO:<bob@example.com>", "RCPT TO:<carol@example.com>", "DATA", "QUIT"],
            stub.Lines.Where(line => !line.StartsWith("MAIL", StringComparison.Ordinal)));
        Assert.Matches("^MAIL FROM:<ada@example.com> SIZE=[0-9]+$", stub.Lines[1]);
        Assert.EndsWith("\r\n\r\nfirst\r\n..\r\n...second\r\n..third\r\n", stub.Mail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<connect>", "554 no", "smtp_rejected", false)]
    [InlineData("<connect>", "421 busy", "smtp_rejected", true)]
    [InlineData("<connect>", SmtpStub.Break, "smtp_connection", true)]
    [InlineData("<connect>", "HTTP/1.1 400 Bad Request", "smtp_connection", true)]
    [InlineData("EHLO", "502 what", "smtp_rejected", false)]
    [InlineData("MAIL", "550 not you", "smtp_rejected", false)]
    [InlineData("MAIL", "451 later", "smtp_rejected", true)]
    [InlineData("RCPT TO:<carol", "550 nobody", "smtp_rejected", false)]
    [InlineData("RCPT", SmtpStub.Break, "smtp_connection", true)]
    [InlineData("DATA", "250 what", "smtp_rejected", false)]
    [InlineData("DATA", SmtpStub.Break, "smtp_connection", true)]
    [InlineData("<mail>", "554 spam", "smtp_rejected", false)]
    [InlineData("<mail>", "452 full", "smtp_rejected", true)]
    [InlineData("<mail>", SmtpStub.Break, "smtp_unknown_outcome", false)]
    [InlineData("<mail>", "nonsense", "smtp_unknown_outcome", false)]
    public async Task Send_ServerFails_CodeSaysWhatIsKnown(string at, string answer, string code, bool retryable)
    {
        await using var stub = new SmtpStub().On(at, answer);
        var fault = (await Assert.ThrowsAsync<FaultException>(() => Transport(stub).SendAsync(Mail, Token))).Fault;
        Assert.Equal((code, retryable), (fault.Code, fault.Retryable));
        Assert.Equal(at == "<mail>", stub.Mail.Length > 0);
    }

    [Theory]
    [InlineData("<connect>", "smtp_connection", true)]
    [InlineData("RCPT", "smtp_connection", true)]
    [InlineData("<mail>", "smtp_unknown_outcome", false)]
    public async Task Send_ServerFallsSilent_CodeSaysWhatIsKnown(string at, string code, bool retryable)
    {
        await using var stub = new SmtpStub().On(at, SmtpStub.Silence);
        var time = new ExpiringTime();
        var sending = new SmtpTransport(Options(stub), _context.Egress, time).SendAsync(Mail, Token);
        await stub.Silent;
        time.Expire();
        var fault = (await Assert.ThrowsAsync<FaultException>(() => sending)).Fault;
        Assert.Equal((code, retryable), (fault.Code, fault.Retryable));
    }

    [Fact]
    public async Task Send_ServerSaysNothingToQuit_IsStillSent()
    {
        await using var stub = new SmtpStub().On("QUIT", SmtpStub.Break);
        await Transport(stub).SendAsync(Mail, Token);
        Assert.NotEmpty(stub.Mail);
    }

    [Fact]
    public async Task Send_EndlessAnswer_GivesUp()
    {
        await using var stub = new SmtpStub().On("EHLO", string.Join("\r\n", Enumerable.Repeat("250-more", 200)));
        Assert.Equal("smtp_connection", await CodeAsync(stub));
    }

    [Fact]
    public async Task Send_NobodyListens_Retryable()
    {
        var transport = new SmtpTransport(new SmtpOptions { Host = "localhost", Port = FreePort.Next(), From = "a@b.c" }, _context.Egress, TimeProvider.System);
        var fault = (await Assert.ThrowsAsync<FaultException>(() => transport.SendAsync(Mail, Token))).Fault;
        Assert.Equal(("smtp_connection", true), (fault.Code, fault.Retryable));
    }

    [Fact]
    public async Task Send_AddressNotAllowed_Refused()
    {
        await using var stub = new SmtpStub();
        using var strict = new TestActivityContext(new SendEmail(), allowedHosts: []);
        var transport = new SmtpTransport(Options(stub), strict.Egress, TimeProvider.System);
        Assert.Equal("address_not_allowed", (await Assert.ThrowsAsync<FaultException>(() => transport.SendAsync(Mail, Token))).Fault.Code);
        Assert.Empty(stub.Lines);
    }

    [Theory]
    [InlineData("250-stub\r\n250 AUTH PLAIN LOGIN", "AUTH PLAIN AGFkYQBjYW5hcnk=")]
    [InlineData("250-stub\r\n250 auth login", "AUTH LOGIN,YWRh,Y2FuYXJ5")]
    public async Task Check_SignsIn_WithWhatIsOffered(string offer, string expected)
    {
        await using var stub = new SmtpStub().On("EHLO", offer).On("AUTH PLAIN", "235 in").On("AUTH LOGIN", "334 VXNlcm5hbWU6").On("YWRh", "334 UGFzc3dvcmQ6").On("Y2FuYXJ5", "235 in");
        await Transport(stub, options => options with { Username = "ada", Password = "canary" }).CheckAsync(Token);
        Assert.Equal(expected, string.Join(',', stub.Lines.Skip(1).SkipLast(1)));
    }

    [Theory]
    [InlineData("535 5.7.8 wrong", false)]
    [InlineData("454 4.7.0 later", true)]
    public async Task Check_SignInRefused_Fails(string answer, bool retryable)
    {
        await using var stub = new SmtpStub().On("EHLO", "250-stub\r\n250 AUTH PLAIN").On("AUTH", answer);
        var fault = (await Assert.ThrowsAsync<FaultException>(() => Transport(stub, options => options with { Username = "ada", Password = "canary" }).CheckAsync(Token))).Fault;
        Assert.Equal(("smtp_auth", retryable), (fault.Code, fault.Retryable));
        Assert.Contains(answer, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_NoKnownSignIn_Fails()
    {
        await using var stub = new SmtpStub().On("EHLO", "250-stub\r\n250 AUTH XOAUTH2");
        Assert.Equal("smtp_auth", await CodeAsync(stub, options => options with { Username = "ada" }));
    }

    [Fact]
    public async Task Send_StartTls_SaysNothingBeforeItIsSecure()
    {
        await using var stub = new SmtpStub().On("EHLO", "250-stub\r\n250-AUTH PLAIN\r\n250 STARTTLS").On("AUTH", "235 in");
        await Transport(stub, options => options with { Security = SmtpSecurity.StartTls, Username = "ada", CertificateCheck = (_, certificate, _, _) => stub.Certificate.Equals(certificate) }).SendAsync(Mail, Token);
        Assert.Equal(["EHLO [127.0.0.1]", "STARTTLS", "EHLO [127.0.0.1]", "AUTH"], stub.Lines.Take(4).Select(line => line.Split(" P")[0]));
        Assert.NotEmpty(stub.Mail);
    }

    [Fact]
    public async Task Send_ImplicitTls_Sends()
    {
        await using var stub = new SmtpStub(isTls: true);
        await Transport(stub, options => options with { Security = SmtpSecurity.Tls, CertificateCheck = (_, certificate, _, _) => stub.Certificate.Equals(certificate) }).SendAsync(Mail, Token);
        Assert.NotEmpty(stub.Mail);
    }

    [Fact]
    public async Task Send_CertificateSignedByNobody_Refused()
    {
        await using var stub = new SmtpStub(isTls: true);
        Assert.Equal("smtp_tls", await CodeAsync(stub, options => options with { Security = SmtpSecurity.Tls }));
    }

    [Theory]
    [InlineData("250 stub", "220 go on")]
    [InlineData("250-stub\r\n250 STARTTLS", "454 not now")]
    [InlineData("250-stub\r\n250 STARTTLS", "220 go on\r\n250 injected")]
    public async Task Send_StartTlsNotToBeHad_NeverSendsInTheClear(string offer, string answer)
    {
        await using var stub = new SmtpStub().On("EHLO", offer).On("STARTTLS", answer);
        // The certificate is fine: only the reason under test may stop it.
        Assert.Equal("smtp_tls", await CodeAsync(stub, options => options with { Security = SmtpSecurity.StartTls, Username = "ada", CertificateCheck = (_, certificate, _, _) => stub.Certificate.Equals(certificate) }));
        Assert.DoesNotContain(stub.Lines, line => line.StartsWith("AUTH", StringComparison.Ordinal) || line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("250-stub\r\n250 SMTPUTF8", null)]
    [InlineData("250 stub", "smtp_rejected")]
    public async Task Send_Utf8Address_OnlyWhenOffered(string offer, string? code)
    {
        await using var stub = new SmtpStub().On("EHLO", offer);
        var error = await Record.ExceptionAsync(() => Transport(stub).SendAsync(Mail with { To = [new(null, "zoë@example.com")] }, Token));
        Assert.Equal(code, (error as FaultException)?.Fault.Code);
        Assert.Equal(code is null, stub.Lines.Contains("RCPT TO:<zoë@example.com>"));
    }

    [Fact]
    public async Task Send_Cancelled_Stops()
    {
        await using var stub = new SmtpStub().On("EHLO", SmtpStub.Silence);
        using var cancellation = new CancellationTokenSource();
        var sending = Transport(stub).SendAsync(Mail, cancellation.Token);
        await stub.Silent;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static SmtpOptions Options(SmtpStub stub) => new()
    {
        Host = "localhost",
        Port = stub.Port,
        Security = SmtpSecurity.None,
        From = "ada@example.com",
    };

    private SmtpTransport Transport(SmtpStub stub, Func<SmtpOptions, SmtpOptions>? change = null) =>
        new(change?.Invoke(Options(stub)) ?? Options(stub), _context.Egress, TimeProvider.System);

    private async Task<string> CodeAsync(SmtpStub stub, Func<SmtpOptions, SmtpOptions>? change = null) =>
        (await Assert.ThrowsAsync<FaultException>(() => Transport(stub, change).SendAsync(Mail, Token))).Fault.Code;
}
