namespace AutoForge.Activities.Email;

/// <summary>How a connection to a mail server is protected.</summary>
public enum SmtpSecurity
{
    /// <summary>Not at all: password and mail travel in the clear.</summary>
    None,

    /// <summary>Begins in the clear and turns to TLS before anything is said; refused when the server does not offer it.</summary>
    StartTls,

    /// <summary>TLS from the first byte, usually on port 465.</summary>
    Tls,
}
